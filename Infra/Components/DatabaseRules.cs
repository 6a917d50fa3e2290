using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;
using Microblog.Infra.Settings;

namespace Microblog.Infra.Components;

/// <summary>What Azure does not offer for elastic clusters (https://learn.microsoft.com/azure/postgresql/elastic-clusters/concepts-elastic-clusters-limitations), refused before anything is registered.</summary>
public static class DatabaseRules
{
    /// <summary>The only version of elastic clusters.</summary>
    private const string ElasticVersion = "17";

    /// <summary>Databases that the services use, by name.</summary>
    public static IReadOnlyList<string> DatabasesOf(AppContract model) =>
        [.. model.Connections.Where(connection => connection is { Kind: ConnectionKind.Postgres, Database: not null }).Select(connection => connection.Database!).Distinct(StringComparer.Ordinal)];

    /// <summary>Services with a connection to PostgreSQL.</summary>
    public static IEnumerable<ServiceSpec> UsersOf(AppContract model)
    {
        var connections = model.Connections.Where(connection => connection.Kind == ConnectionKind.Postgres).Select(connection => connection.Name).ToHashSet(StringComparer.Ordinal);
        return model.Services.Where(service => service.Environment.Any(variable => variable.Connection is { } name && connections.Contains(name)));
    }

    /// <summary>Refuses what cannot be provisioned.</summary>
    /// <exception cref="SettingsException">A setting contradicts the planned database.</exception>
    /// <exception cref="AppModelException">The application model does.</exception>
    public static void Check(StackSettings settings, CapacityPlan plan, AppContract model)
    {
        if (!plan.Database.IsElastic)
        {
            return;
        }
        if (settings.Database.Version != ElasticVersion)
        {
            throw new SettingsException(StackConfig.Key("postgresVersion"),
                $"is {settings.Database.Version}, but the load needs an elastic cluster of {plan.Database.ElasticNodes} nodes, which Azure offers with PostgreSQL {ElasticVersion} only. Set it to {ElasticVersion}, or lower the load that is planned for.");
        }
        if (DatabasesOf(model) is { Count: > 1 } databases)
        {
            throw new AppModelException($"app-model.json: its connections name the databases {string.Join(", ", databases)}, but the load needs an elastic cluster, which has one database only. Move them into one, or lower the load that is planned for.");
        }
    }
}
