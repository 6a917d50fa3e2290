namespace Microblog.AppHost.Options;

/// <summary>
/// Turns the AppHost's own command-line options into configuration keys, so that each can also be given as
/// configuration (<c>Microblog:Backing</c>) or environment variable (<c>Microblog__Backing</c>).
/// What Aspire understands, and configuration by its full name (<c>--Logging:LogLevel:Default=Debug</c>), is passed on;
/// anything else is a mistake.
/// </summary>
public static class AppHostArguments
{
    /// <summary>What <c>--help</c> prints; <c>./run</c> prints the same file without building anything.</summary>
    public static string Usage
    {
        get
        {
            using var text = new StreamReader(typeof(AppHostArguments).Assembly.GetManifestResourceStream("usage.txt")!);
            return text.ReadToEnd().TrimEnd();
        }
    }

    private static readonly Dictionary<string, string> Keys = new(StringComparer.OrdinalIgnoreCase)
    {
        ["--backing"] = "Backing",
        ["--data"] = "Data",
        ["--fresh"] = "Fresh",
        ["--ephemeral"] = "Ephemeral",
        ["--services"] = "Services",
        ["--api-port"] = "ApiPort",
        ["--api-replicas"] = "ApiReplicas",
        ["--worker-replicas"] = "WorkerReplicas",
        ["--test-mode"] = "TestMode",
    };

    private static readonly HashSet<string> Switches = new(StringComparer.OrdinalIgnoreCase) { "--fresh", "--ephemeral", "--test-mode" };

    // With this one, Aspire's own tools have started the AppHost; what else they say is between them and their library.
    private const string Operation = "--operation";

    // What Aspire and the host understand from a person.
    private static readonly HashSet<string> Aspire = new(StringComparer.OrdinalIgnoreCase)
    {
        "--publisher", "--output-path", "--dcp-cli-path", "--dcp-container-runtime", "--dcp-dependency-check-timeout", "--dcp-dashboard-path",
        "--environment", "--applicationName", "--contentRoot", "--urls",
    };

    /// <summary>The arguments for the application builder.</summary>
    /// <exception cref="AppHostException">An option is unknown or lacks its value.</exception>
    public static string[] Normalize(IReadOnlyList<string> args)
    {
        var result = new List<string>(args.Count);
        var byTools = args.Any(argument => argument.Split('=')[0].Equals(Operation, StringComparison.OrdinalIgnoreCase));
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i].Split('=', 2)[0];
            if (!Keys.TryGetValue(name, out var key))
            {
                if (!byTools && !Aspire.Contains(name) && !name.Contains(':', StringComparison.Ordinal))
                {
                    throw new AppHostException($"{name} is not an option; --help lists them all.");
                }

                result.Add(args[i]);
                if (args[i].Length == name.Length && i + 1 < args.Count && !IsOption(args[i + 1]))
                {
                    result.Add(args[++i]);
                }

                continue;
            }

            string value;
            if (args[i].Length > name.Length)
            {
                value = args[i][(name.Length + 1)..];
            }
            else if (Switches.Contains(name))
            {
                value = "true";
            }
            else if (i + 1 < args.Count && !IsOption(args[i + 1]))
            {
                value = args[++i];
            }
            else
            {
                throw new AppHostException($"{name} needs a value; --help lists the options.");
            }

            result.Add($"--{AppHostOptions.Section}:{key}={value}");
        }

        return [.. result];
    }

    private static bool IsOption(string argument) => argument.StartsWith("--", StringComparison.Ordinal);
}
