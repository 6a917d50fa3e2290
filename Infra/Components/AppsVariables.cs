using System.Globalization;
using Microblog.Infra.AppModel;
using Microblog.Infra.Settings;

namespace Microblog.Infra.Components;

/// <summary>An environment variable of a service, and where its value comes from.</summary>
/// <param name="Name">As the process reads it.</param>
/// <param name="Source">One of <see cref="AppsSource"/>.</param>
public sealed record AppsVariable(string Name, AppsSource Source);

/// <summary>Where the value of an environment variable comes from.</summary>
public abstract record AppsSource
{
    private AppsSource()
    {
    }

    /// <summary>It is known already.</summary>
    public sealed record Plain(string Value) : AppsSource;

    /// <summary>A secret of the vault, by its name there.</summary>
    public sealed record Vault(string Secret) : AppsSource;

    /// <summary>A database; the connection string has no password, so it is no secret.</summary>
    public sealed record Database(string Connection, string Access, string Name) : AppsSource;

    /// <summary>One of <see cref="PlatformName"/>.</summary>
    public sealed record Platform(string Name) : AppsSource;

    /// <summary>Where another service listens.</summary>
    public sealed record Endpoint(string Service, string Port) : AppsSource;
}

/// <summary>From the contract to a service's environment; pure, so that every rule can be tested without a cloud.</summary>
public static class AppsVariables
{
    /// <summary>The environment of a service, sorted by name, so that the same contract never makes another revision.</summary>
    /// <param name="service">The service.</param>
    /// <param name="contract">Where its connections are described.</param>
    /// <param name="settings">The stack's own variables win.</param>
    public static IReadOnlyList<AppsVariable> Of(ServiceSpec service, AppContract contract, StackSettings settings)
    {
        var variables = new SortedDictionary<string, AppsSource>(StringComparer.Ordinal);
        if (service.Environment.Any(variable => variable.Platform is PlatformName.OtlpEndpoint))
        {
            foreach (var (name, value) in Telemetry(settings))
            {
                variables[name] = new AppsSource.Plain(value);
            }
        }
        foreach (var variable in service.Environment)
        {
            variables[variable.Name] = Source(variable, contract);
        }
        foreach (var (name, value) in settings.Environment)
        {
            variables[name] = new AppsSource.Plain(value);
        }
        return [.. variables.Select(variable => new AppsVariable(variable.Key, variable.Value))];
    }

    /// <summary>The name in the vault of a connection's secret.</summary>
    public static string ConnectionSecret(string connection) => $"connection-{connection}";

    /// <summary>The name in the vault of a secret of the application.</summary>
    public static string ApplicationSecret(string secret) => $"app-{secret}";

    private static AppsSource Source(VariableSpec variable, AppContract contract)
    {
        if (variable.Connection is { } name)
        {
            var connection = contract.Connections.Single(known => known.Name == name);
            return connection.Kind is ConnectionKind.Postgres
                ? new AppsSource.Database(name, connection.Access!, connection.Database!)
                : new AppsSource.Vault(ConnectionSecret(name));
        }
        return variable.Secret is { } secret ? new AppsSource.Vault(ApplicationSecret(secret))
            : variable.Platform is { } platform ? new AppsSource.Platform(platform)
            : variable.Endpoint?.Split('/') is [var service, var port] ? new AppsSource.Endpoint(service, port)
            : new AppsSource.Plain(variable.Value!);
    }

    /// <summary>
    /// How this platform wants what goes to its collector: differences, because Application Insights adds up what it gets and two collectors cannot tell
    /// a process's last total; and traces sampled where they begin, because those that nobody keeps should not travel either.
    /// </summary>
    private static Dictionary<string, string> Telemetry(StackSettings settings) => new()
    {
        ["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"] = "delta",
        ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio",
        ["OTEL_TRACES_SAMPLER_ARG"] = settings.Topology.TraceSampling.ToString(CultureInfo.InvariantCulture),
    };
}
