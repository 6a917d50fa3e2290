using Microblog.Infra.Capacity;

namespace Microblog.Infra.Settings;

/// <summary>
/// Everything that a stack decides, read and checked before any resource is registered. The keys, with types and defaults, are described in
/// <c>Infra/Pulumi.yaml</c>; each value here has the key of the same name unless it says otherwise.
/// </summary>
public sealed record StackSettings
{
    /// <summary>Name of the stack; part of every resource's name. Lower-case letters, digits and hyphens, 2 to 12 characters.</summary>
    public required string Stack { get; init; }

    /// <summary>Where everything runs: key <c>azure-native:location</c>.</summary>
    public required Region Region { get; init; }

    /// <summary>Spread over three zones, with standby and three broker nodes.</summary>
    public required bool ZoneRedundant { get; init; }

    /// <summary>Zones of zonal resources; empty without <see cref="ZoneRedundant"/>.</summary>
    public IReadOnlyList<string> Zones => ZoneRedundant ? Region.Zones : [];

    /// <summary>Locks on what holds data, and protection of these resources from <c>pulumi destroy</c>.</summary>
    public required bool Protect { get; init; }

    /// <summary>
    /// Whether the container apps are provisioned: false for the first <c>pulumi up</c>, which makes the registry that their images are pushed to, and for the
    /// second, which makes the jobs whose images are set by then.
    /// </summary>
    public required bool DeployApps { get; init; }

    /// <summary>Digest (<c>sha256:…</c>) of each image, by the service's name in the application model.</summary>
    public required IReadOnlyDictionary<string, string> Images { get; init; }

    /// <summary>Image of the telemetry collector, by digest; null for the official one.</summary>
    public string? CollectorImage { get; init; }

    /// <summary>How a new revision takes over.</summary>
    public required RolloutSettings Rollout { get; init; }

    /// <summary>The address plan.</summary>
    public required NetworkSettings Network { get; init; }

    /// <summary>Names on the internet.</summary>
    public required EdgeSettings Edge { get; init; }

    /// <summary>The database.</summary>
    public required DatabaseSettings Database { get; init; }

    /// <summary>The broker.</summary>
    public required BrokerSettings Broker { get; init; }

    /// <summary>Who operates the system, and what it may cost.</summary>
    public required OperationsSettings Operations { get; init; }

    /// <summary>Long-term backups and the drill that tries to restore.</summary>
    public required BackupSettings Backup { get; init; }

    /// <summary>What people do with the installation.</summary>
    public required Load Load { get; init; }

    /// <summary>Choices that cost money without depending on the load.</summary>
    public required Topology Topology { get; init; }

    /// <summary>Further settings of the application, by the name of their environment variable: key <c>environment</c>.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }
}

/// <summary>How a new revision takes over from the one that serves.</summary>
/// <param name="StableRevision">Full name of the revision that keeps the rest of the traffic, as the output <c>Revisions</c> shows it: key <c>stableRevision</c>. Null when the newest gets all.</param>
/// <param name="NewRevisionWeight">Percent (0 to 100) of requests for the newest: key <c>newRevisionWeight</c>. 0 deploys without traffic.</param>
public sealed record RolloutSettings(string? StableRevision, int NewRevisionWeight);

/// <summary>Names on the internet.</summary>
/// <param name="Host">Public host of the API, as <c>social.example</c>.</param>
/// <param name="MediaHost">Public host of images; by default <c>media.</c> before <paramref name="Host"/>.</param>
/// <param name="DnsZone">The DNS zone that both are in; made here, its name servers are an output.</param>
/// <param name="DetectOnly">The WAF only logs (key <c>wafDetectOnly</c>), for the first days after a change of its rules.</param>
/// <param name="ContactEmail">Whom people and push services write to.</param>
public sealed record EdgeSettings(string Host, string MediaHost, string DnsZone, bool DetectOnly, string ContactEmail);

/// <summary>The database.</summary>
/// <param name="Version">Major version of PostgreSQL: key <c>postgresVersion</c>.</param>
/// <param name="Admins">Entra principals that administer the server, beside the migration job: key <c>databaseAdmins</c>.</param>
/// <param name="MaintenanceDay">Day of the week (0 is Sunday) of the maintenance window, which opens at 02:00 UTC.</param>
/// <param name="SslMode">How far the server has to prove itself to the services, <c>VerifyFull</c> or <c>VerifyCA</c>: key <c>databaseSslMode</c>.</param>
public sealed record DatabaseSettings(string Version, IReadOnlyList<DatabaseAdmin> Admins, int MaintenanceDay, string SslMode);

/// <summary>An Entra principal that administers the database server.</summary>
/// <param name="ObjectId">Its object id, a GUID.</param>
/// <param name="Name">Its name, which is also the name of the role.</param>
/// <param name="Type"><c>User</c>, <c>Group</c> or <c>ServicePrincipal</c>.</param>
public sealed record DatabaseAdmin(string ObjectId, string Name, string Type);

/// <summary>The broker.</summary>
/// <param name="Managed">A broker outside this program is used; its address is the secret <c>brokerUrl</c>.</param>
/// <param name="Version">RabbitMQ's version, as its Debian package repository names it: key <c>rabbitmqVersion</c>.</param>
/// <param name="AdminSshKey">Public key for the administrator of the nodes.</param>
public sealed record BrokerSettings(bool Managed, string Version, string AdminSshKey);

/// <summary>Who operates the system, and what it may cost.</summary>
/// <param name="AlertEmails">Where alerts go.</param>
/// <param name="AlertWebhook">Secret address that alerts are posted to; null for none.</param>
/// <param name="BudgetUsd">Monthly budget in the subscription's currency; null for the planned cost with a quarter on top: key <c>budget</c>.</param>
/// <param name="BudgetStart">First day that the budget counts, the first of a month (<c>2026-01-01</c>). A later change replaces the budget.</param>
/// <param name="Tags">Tags of every resource, beside those that this program sets.</param>
/// <param name="RestoreDrillCron">When a restore is tried (five fields, UTC).</param>
/// <param name="RestoreDrillMinutes">How long it may take before it counts as failed.</param>
public sealed record OperationsSettings(
    IReadOnlyList<string> AlertEmails,
    string? AlertWebhook,
    int? BudgetUsd,
    string BudgetStart,
    IReadOnlyDictionary<string, string> Tags,
    string RestoreDrillCron,
    int RestoreDrillMinutes);
