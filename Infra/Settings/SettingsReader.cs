using System.Globalization;
using System.Net.Mail;
using System.Text.RegularExpressions;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Settings;

/// <summary>Reads <see cref="StackSettings"/> from a stack's configuration.</summary>
public static partial class SettingsReader
{
    /// <summary>Reads and checks everything but secrets, which <see cref="StackConfig.Secret"/> hands out where they are used.</summary>
    /// <exception cref="SettingsException">A value is missing, wrong or impossible; it names the key.</exception>
    /// <exception cref="CapacityException">A figure of the load is.</exception>
    public static StackSettings Read(StackConfig config, string stack)
    {
        if (!StackName().IsMatch(stack))
        {
            throw new SettingsException("stack", $"is named '{stack}'; its name is part of names in Azure and must be 2 to 12 lower-case letters, digits or hyphens, starting with a letter.");
        }
        var zoneRedundant = config.Flag("zoneRedundant", true);
        const string Location = "azure-native:location";
        var region = Region.Find(Location, config.Text(Location) ?? throw new SettingsException(Location, "is missing: where everything runs, such as swedencentral."), zoneRedundant);
        var managedBroker = config.Flag("managedBroker", false);
        return new StackSettings
        {
            Stack = stack,
            Region = region,
            ZoneRedundant = zoneRedundant,
            Protect = config.Flag("protect", true),
            DeployApps = config.Flag("deployApps", true),
            Images = config.Structure<Dictionary<string, string>>("images", "a map of service to image digest") ?? [],
            CollectorImage = Images.Pinned(config, "collectorImage"),
            Rollout = ReadRollout(config),
            Network = NetworkSettings.Read(config),
            Edge = ReadEdge(config),
            Database = ReadDatabase(config),
            Broker = ReadBroker(config, managedBroker),
            Operations = ReadOperations(config),
            Backup = BackupSettings.Read(config),
            Load = LoadReader.Read(config.Find),
            Topology = ReadTopology(config, region, zoneRedundant, managedBroker),
            Environment = config.Structure<Dictionary<string, string>>("environment", "a map of environment variable to value") ?? [],
        };
    }

    private static RolloutSettings ReadRollout(StackConfig config)
    {
        var stable = config.Find("stableRevision");
        var weight = config.Number("newRevisionWeight", 100, 0, 100);
        return stable is not null || weight == 100 ? new RolloutSettings(stable, weight)
            : throw new SettingsException(StackConfig.Key("newRevisionWeight"), $"is {weight}, so somebody else has to get the rest: set {StackConfig.Key("stableRevision")} to the revision that serves now.");
    }

    private static EdgeSettings ReadEdge(StackConfig config)
    {
        var host = Host("host", config.Require("host", "the public host of the API, such as social.example."));
        var media = Host("mediaHost", config.Find("mediaHost") ?? $"media.{host}");
        var zone = Host("dnsZone", config.Find("dnsZone") ?? host);
        foreach (var (name, value) in new[] { ("host", host), ("mediaHost", media) })
        {
            if (value != zone && !value.EndsWith("." + zone, StringComparison.Ordinal))
            {
                throw new SettingsException(StackConfig.Key(name), $"'{value}' is not in the zone '{zone}' ({StackConfig.Key("dnsZone")}).");
            }
        }
        return host == media
            ? throw new SettingsException(StackConfig.Key("mediaHost"), "is the host of the API; images need one of their own, so that what people upload cannot act for them.")
            : new EdgeSettings(host, media, zone, config.Flag("wafDetectOnly", false), Email("contactEmail", config.Require("contactEmail", "whom people and push services write to.")));
    }

    private static DatabaseSettings ReadDatabase(StackConfig config)
    {
        var version = config.Find("postgresVersion") ?? "17";
        if (version is not ("15" or "16" or "17" or "18"))
        {
            throw new SettingsException(StackConfig.Key("postgresVersion"), $"is '{version}'; it must be 15, 16, 17 or 18.");
        }
        var admins = config.Structure<List<DatabaseAdmin>>("databaseAdmins", "a list of {objectId, name, type}") ?? [];
        foreach (var admin in admins)
        {
            if (!Guid.TryParse(admin.ObjectId, out _) || admin.Name.Length == 0 || admin.Type is not ("User" or "Group" or "ServicePrincipal"))
            {
                throw new SettingsException(StackConfig.Key("databaseAdmins"), $"'{admin.Name}' needs an objectId (GUID), a name, and a type that is User, Group or ServicePrincipal.");
            }
        }
        var sslMode = config.Find("databaseSslMode") ?? "VerifyFull";
        return sslMode is "VerifyFull" or "VerifyCA" ? new DatabaseSettings(version, admins, config.Number("maintenanceDay", 0, 0, 6), sslMode)
            : throw new SettingsException(StackConfig.Key("databaseSslMode"), $"is '{sslMode}'; it must be VerifyFull, or VerifyCA where the server's certificate does not name its virtual endpoints.");
    }

    private static BrokerSettings ReadBroker(StackConfig config, bool managed)
    {
        var version = config.Find("rabbitmqVersion") ?? "4.3.5-1";
        var key = managed ? config.Find("brokerSshKey") ?? "" : config.Require("brokerSshKey", "the public SSH key of who administers the broker's nodes.");
        return !RabbitVersion().IsMatch(version) ? throw new SettingsException(StackConfig.Key("rabbitmqVersion"), $"is '{version}'; it must be a version 4 as the Debian package has it, such as 4.3.5-1.")
            : key.Length > 0 && !SshKey().IsMatch(key) ? throw new SettingsException(StackConfig.Key("brokerSshKey"), "is no public SSH key, which starts with ssh-ed25519 or ssh-rsa.")
            : new BrokerSettings(managed, version, key);
    }

    private static OperationsSettings ReadOperations(StackConfig config)
    {
        var emails = config.List("alertEmails");
        if (emails.Count == 0)
        {
            throw new SettingsException(StackConfig.Key("alertEmails"), "is missing: a list of addresses that alerts go to. A system that nobody hears of is not in operation.");
        }
        var start = config.Require("budgetStart", "the first of a month from which the budget counts, such as 2026-01-01.");
        var isFirst = DateOnly.TryParseExact(start, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Day == 1;
        var cron = config.Find("restoreDrillCron") ?? "0 4 * * 6";
        return !isFirst ? throw new SettingsException(StackConfig.Key("budgetStart"), $"is '{start}'; it must be the first of a month, such as 2026-01-01.")
            : Cron.TryParse(cron) is null ? throw new SettingsException(StackConfig.Key("restoreDrillCron"), $"is '{cron}'; it must have five fields: minute, hour, day, month, day of the week, each of numbers, ranges (1-5), steps (*/2) and lists (1,15).")
            : new OperationsSettings(
                [.. emails.Select(email => Email("alertEmails", email))],
                config.IsSet("alertWebhook") ? "alertWebhook" : null,
                config.Find("budget") is null ? null : config.Number("budget", 0, 1, 10_000_000),
                start,
                config.Structure<Dictionary<string, string>>("tags", "a map of tag to value") ?? [],
                cron,
                config.Number("restoreDrillMinutes", 120, 10, 1440));
    }

    private static Topology ReadTopology(StackConfig config, Region region, bool zoneRedundant, bool managedBroker)
    {
        var geo = config.Flag("geoRedundantBackup", zoneRedundant);
        return geo && region.Pair is null
            ? throw new SettingsException(StackConfig.Key("geoRedundantBackup"), $"is true, but '{region.Name}' has no paired region.")
            : new Topology
            {
                ZoneRedundant = zoneRedundant,
                ReadReplicas = config.Number("readReplicas", zoneRedundant ? 1 : 0, 0, 1),
                ManagedBroker = managedBroker,
                DdosPlan = config.Flag("ddosPlan", false),
                GeoRedundantBackup = geo,
                BackupRetentionDays = config.Number("backupRetentionDays", zoneRedundant ? 35 : 7, 7, 35),
                LongTermBackupWeeks = config.Number("longTermBackupWeeks", zoneRedundant ? 52 : 0, 0, 520),
                LogRetentionDays = config.Number("logRetentionDays", 30, 30, 730),
                TraceSampling = config.Share("traceSampling", 0.05),
                EdgeLogsInWorkspace = config.Flag("edgeLogsInWorkspace", true),
                DatabaseSku = config.Find("databaseSku"),
                DatabaseStorageGB = config.Find("databaseStorageGB") is null ? null : config.Number("databaseStorageGB", 0, 32, 65_536),
                CacheSku = config.Find("cacheSku"),
                BrokerVmSize = config.Find("brokerVmSize"),
            };
    }

    private static string Host(string name, string host) => HostName().IsMatch(host) && host.Length <= 253 ? host
        : throw new SettingsException(StackConfig.Key(name), $"is '{host}'; it must be a host name in lower case, such as social.example.");

    private static string Email(string name, string address) => MailAddress.TryCreate(address, out var parsed) && parsed.Address == address ? address
        : throw new SettingsException(StackConfig.Key(name), $"'{address}' is no email address.");

    [GeneratedRegex(@"^4\.[0-9]+\.[0-9]+-[0-9]+$")]
    private static partial Regex RabbitVersion();

    [GeneratedRegex("^ssh-(ed25519|rsa) [A-Za-z0-9+/]+={0,2}( .*)?$")]
    private static partial Regex SshKey();

    [GeneratedRegex("^[a-z][a-z0-9-]{0,10}[a-z0-9]$")]
    private static partial Regex StackName();

    [GeneratedRegex(@"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")]
    private static partial Regex HostName();
}
