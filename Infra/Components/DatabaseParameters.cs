using System.Globalization;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Components;

/// <summary>
/// Server parameters that differ from Azure's defaults. Primary and replica get the same: parameters are not replicated, a replica whose limits are
/// below those of its primary stops replaying, and after a promotion it has to do all that the primary did.
/// </summary>
public static class DatabaseParameters
{
    /// <summary>Connections that Azure keeps for itself, beside those of users.</summary>
    private const int Reserved = 15;

    /// <summary>Extensions that the migrations create (compared with them by a test), and the statistics of statements.</summary>
    public static readonly IReadOnlyList<string> Extensions = ["pg_stat_statements", "pg_trgm", "unaccent"];

    /// <summary>The parameters, in the order in which they are set.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(DatabaseSize size, ConnectionBudget connections) =>
    [
        ("azure.extensions", string.Join(',', Extensions)),
        // Takes effect with a restart: of the replica first when it grows, of the primary first when it shrinks.
        ("max_connections", Text(connections.ServerLimit + Reserved)),
        ("pg_stat_statements.track", "top"),
        ("track_io_timing", "on"),
        // Whoever stays in a transaction holds back vacuum for all, and behind the pooler a connection that others wait for.
        ("idle_in_transaction_session_timeout", "60000"),
        // Slow statements are found in the query store, not in the log: log_min_duration_statement would write down their values, what people wrote
        // and who they are, and Azure does not let log_parameter_max_length be changed.
        ("log_min_duration_statement", "-1"),
        ("log_lock_waits", "on"),
        ("metrics.collector_database_activity", "on"),
        ("metrics.autovacuum_diagnostics", "on"),
        .. HasQueryStore(size) ? [("pg_qs.query_capture_mode", "top")] : Array.Empty<(string, string)>(),
        .. PoolerPort(size) is null ? [] : Pooler(connections),
    ];

    /// <summary>Where PgBouncer listens; null for burstable servers, which have none.</summary>
    public static int? PoolerPort(DatabaseSize size) => size.Tier == "Burstable" ? null : 6432;

    /// <summary>Burstable servers are too small for it, elastic clusters have none.</summary>
    private static bool HasQueryStore(DatabaseSize size) => size.Tier != "Burstable" && !size.IsElastic;

    private static IReadOnlyList<(string Name, string Value)> Pooler(ConnectionBudget connections) =>
    [
        ("pgbouncer.enabled", "true"),
        ("pgbouncer.pool_mode", "transaction"),
        ("pgbouncer.default_pool_size", Text(connections.PoolSize)),
        ("pgbouncer.max_client_conn", Text(connections.MaxClients)),
        // Seconds. Below the 30 after which a service gives up its command: whoever waits in vain hears why.
        ("pgbouncer.query_wait_timeout", "20"),
        ("metrics.pgbouncer_diagnostics", "on"),
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
