using Microblog.Infra.Capacity;
using Pulumi;
using Pg = Pulumi.AzureNative.DBforPostgreSQL;

namespace Microblog.Infra.Components;

/// <summary>The database's servers, as Azure wants them described.</summary>
internal static class DatabaseServers
{
    /// <summary>What changes without us when the standby takes over: it must not be changed back.</summary>
    public static readonly string[] ChangedByFailover = ["availabilityZone", "highAvailability.standbyAvailabilityZone"];

    /// <summary>What stays as it was at creation when a replica is promoted.</summary>
    public static readonly string[] ChangedByPromotion = ["createMode", "sourceServerResourceId", "availabilityZone"];

    /// <summary>The server that is written to: Entra only, no administrator with a password, no public address.</summary>
    public static Pg.ServerArgs Primary(Context context, Groups groups, Output<string> name)
    {
        var (settings, size) = (context.Settings, context.Plan.Database);
        var args = Server(context, groups, name);
        args.Version = settings.Database.Version;
        args.AuthConfig = new Pg.Inputs.AuthConfigArgs
        {
            ActiveDirectoryAuth = Pg.MicrosoftEntraAuth.Enabled,
            PasswordAuth = Pg.PasswordBasedAuth.Disabled,
            TenantId = groups.TenantId,
        };
        args.HighAvailability = size.StandbyCount > 0
            ? new Pg.Inputs.HighAvailabilityArgs { Mode = Pg.PostgreSqlFlexibleServerHighAvailabilityMode.ZoneRedundant, StandbyAvailabilityZone = settings.Zones[1] }
            : new Pg.Inputs.HighAvailabilityArgs { Mode = Pg.PostgreSqlFlexibleServerHighAvailabilityMode.Disabled };
        args.Backup = new Pg.Inputs.BackupArgs
        {
            BackupRetentionDays = settings.Topology.BackupRetentionDays,
            // Cannot be changed later.
            GeoRedundantBackup = settings.Topology.GeoRedundantBackup ? Pg.GeographicallyRedundantBackup.Enabled : Pg.GeographicallyRedundantBackup.Disabled,
        };
        args.MaintenanceWindow = new Pg.Inputs.MaintenanceWindowArgs { CustomWindow = "Enabled", DayOfWeek = settings.Database.MaintenanceDay, StartHour = 2, StartMinute = 0 };
        if (settings.Zones is [var first, ..])
        {
            args.AvailabilityZone = first;
        }
        if (size.IsElastic)
        {
            args.Cluster = new Pg.Inputs.ClusterArgs { ClusterSize = size.ElasticNodes, DefaultDatabaseName = DatabaseRules.DatabasesOf(context.Model).Single() };
        }
        return args;
    }

    /// <summary>
    /// A copy that is read from, as large as the primary, since it may have to take its place. Log-ins, backups and standby are not its own: Azure takes
    /// the first from the primary and has neither of the others for replicas.
    /// </summary>
    public static Pg.ServerArgs Replica(Context context, Groups groups, Output<string> name, Output<string> primaryId)
    {
        var args = Server(context, groups, name);
        args.CreateMode = Pg.CreateMode.Replica;
        args.SourceServerResourceId = primaryId;
        if (context.Settings.Zones is [_, _, var third, ..])
        {
            args.AvailabilityZone = third;
        }
        return args;
    }

    /// <summary>
    /// Storage that grows by itself never shrinks again: when it has grown, the new size has to be set as <c>databaseStorageGB</c>, else Azure refuses the
    /// next change of the server.
    /// </summary>
    public static Pg.Inputs.StorageArgs Storage(DatabaseSize size)
    {
        var storage = new Pg.Inputs.StorageArgs
        {
            StorageSizeGB = size.StorageGB,
            Type = size.StorageType,
            // Offered neither for Premium SSD v2 nor for elastic clusters.
            AutoGrow = size.StorageTier is not null && !size.IsElastic ? Pg.StorageAutoGrow.Enabled : Pg.StorageAutoGrow.Disabled,
        };
        if (size.StorageTier is { } tier)
        {
            storage.Tier = tier;
        }
        else
        {
            storage.Iops = size.Iops;
            storage.Throughput = Throughput(size.Iops);
        }
        return storage;
    }

    /// <summary>Megabytes per second of Premium SSD v2: pages of 8 KiB at that rate; a disk allows 125 to 1,200, and at most a quarter of its operations.</summary>
    private static int Throughput(int iops) => Math.Clamp(iops * 8 / 1_024, 125, 1_200);

    private static Pg.ServerArgs Server(Context context, Groups groups, Output<string> name) => new()
    {
        ResourceGroupName = groups.Data.Name,
        ServerName = name,
        Location = context.Settings.Region.Name,
        Sku = new Pg.Inputs.SkuArgs { Name = context.Plan.Database.SkuName, Tier = context.Plan.Database.Tier },
        Storage = Storage(context.Plan.Database),
        Network = new Pg.Inputs.NetworkArgs { PublicNetworkAccess = Pg.ServerPublicNetworkAccessState.Disabled },
        Tags = context.Tags,
    };
}
