namespace Microblog.AppHost.Options;

/// <summary>
/// Turns the AppHost's own command-line options into configuration keys, so that each can also be given as
/// configuration (<c>Microblog:Backing</c>) or environment variable (<c>Microblog__Backing</c>).
/// Everything else on the command line is left to Aspire.
/// </summary>
public static class AppHostArguments
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Usage = """
        Starts Microblog: PostgreSQL with a streaming replica, Redis, RabbitMQ, the API and the feed worker.

          --backing MODE        containers, native (servers installed on this machine) or auto (default: auto)
          --data DIRECTORY      where data is kept (default: .microblog in the repository)
          --fresh               delete the kept data first
          --ephemeral           keep nothing when the system stops
          --services MODE       all, or none for the backing servers alone (default: all)
          --api-port PORT       port of the public API (default: 5080, or a free one when that is taken)
          --api-replicas N      processes of the API (default: 2)
          --worker-replicas N   processes of the feed worker (default: 2)

        Each option is also configuration, for instance Microblog__Backing=native in the environment.
        """;

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
    };

    private static readonly HashSet<string> Switches = new(StringComparer.OrdinalIgnoreCase) { "--fresh", "--ephemeral" };

    /// <summary>The arguments for the application builder.</summary>
    /// <exception cref="AppHostException">An option lacks its value.</exception>
    public static string[] Normalize(IReadOnlyList<string> args)
    {
        var result = new List<string>(args.Count);
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i].Split('=', 2)[0];
            if (!Keys.TryGetValue(name, out var key))
            {
                result.Add(args[i]);
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
            else if (i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal))
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
}
