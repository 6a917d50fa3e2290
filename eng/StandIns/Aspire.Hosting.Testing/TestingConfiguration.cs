using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Testing;

/// <summary>What a test run changes in the settings of an AppHost: no dashboard, logs on, random ports, and the launch profile that <c>dotnet run</c> would apply.</summary>
internal static class TestingConfiguration
{
    public static void Apply(string[] args, DistributedApplicationOptions options, HostApplicationBuilderSettings settings, Assembly appHost, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        settings.Args = settings.Args is null || settings.Args.SequenceEqual(args) ? args : [.. settings.Args, .. args];
        options.Args = settings.Args;
        settings.ApplicationName = appHost.GetName().Name;
        options.AssemblyName = appHost.GetName().Name;
        options.DisableDashboard = true;
        options.EnableResourceLogging = true;
        var directory = appHost.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => string.Equals(a.Key, "apphostprojectpath", StringComparison.OrdinalIgnoreCase))?.Value;
        if (Directory.Exists(directory))
        {
            settings.ContentRootPath = directory;
        }

        SetDefaults(settings, new Dictionary<string, string?>
        {
            ["DcpPublisher:RandomizePorts"] = "true",
            ["DcpPublisher:WaitForResourceCleanup"] = "true",
            ["ASPNETCORE_URLS"] = "http://localhost:8080",
        });
        configure(options, settings);
        if (directory is not null)
        {
            SetDefaults(settings, LaunchProfileVariables(settings, directory));
        }
    }

    private static Dictionary<string, string?> LaunchProfileVariables(HostApplicationBuilderSettings settings, string directory)
    {
        var variables = new Dictionary<string, string?>();
        if (LaunchSettingsFile.Read(directory) is not { Profiles.Count: > 0 } launchSettings)
        {
            return variables;
        }

        var name = Existing(settings)["DOTNET_LAUNCH_PROFILE"] is { Length: > 0 } chosen ? chosen : launchSettings.Profiles.First().Key;
        if (!launchSettings.Profiles.TryGetValue(name, out var profile))
        {
            throw new InvalidOperationException($"The configured launch profile, '{name}', was not found in the launch settings file.");
        }

        variables["DOTNET_LAUNCH_PROFILE"] = name;
        foreach (var (key, value) in profile.EnvironmentVariables)
        {
            variables[key] = value;

            // Hosts read these without their prefix.
            foreach (var prefix in (string[])["DOTNET_", "ASPNETCORE_"])
            {
                if (key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                {
                    variables[key[prefix.Length..]] = value;
                }
            }
        }

        return variables;
    }

    private static void SetDefaults(HostApplicationBuilderSettings settings, Dictionary<string, string?> defaults)
    {
        var existing = Existing(settings);
        settings.Configuration ??= new ConfigurationManager();
        settings.Configuration.AddInMemoryCollection(defaults.Where(d => existing[d.Key] is null).ToArray());
    }

    private static ConfigurationManager Existing(HostApplicationBuilderSettings settings)
    {
        var existing = new ConfigurationManager();
        existing.AddCommandLine(settings.Args ?? []);
        if (settings.Configuration is not null)
        {
            existing.AddConfiguration(settings.Configuration);
        }

        return existing;
    }
}
