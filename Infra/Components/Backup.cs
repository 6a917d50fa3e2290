using Microblog.Infra.Capacity;
using Pulumi;
using Pulumi.AzureNative.DataProtection;
using Pulumi.AzureNative.DataProtection.Inputs;
using BackupPolicyArgs = Pulumi.AzureNative.DataProtection.BackupPolicyArgs;

namespace Microblog.Infra.Components;

/// <summary>
/// What is left when a server or account is lost with the backups that it keeps itself: copies in a vault, weekly of the database and daily of media; and the
/// drill that shows every week that a backup can be restored.
/// </summary>
public sealed class Backup : ComponentResource
{
    private readonly Context _context;
    private readonly Groups _groups;

    /// <summary>Makes vault and drill.</summary>
    public Backup(
        Context context, Groups groups, Network network, Identity identity, Observability observability, Database database, Media media, Apps apps)
        : base("microblog:infra:Backup", "backup")
    {
        (_context, _groups) = (context, groups);
        if (context.Settings.Topology.LongTermBackupWeeks > 0)
        {
            VaultId = Vault(identity, observability, database, media).Id;
        }
        if (context is { Settings.DeployApps: true, Model.Verification: { } verification } && apps.Run(this, "restore-verify", RestoreDrill.Verification(context, groups, identity, verification)) is { } verify)
        {
            var drill = new RestoreDrill(this, context, groups, network, identity, database, apps, identity.Of(verification.Service), verify);
            (DrillJobName, DrillJobId) = (drill.JobName, drill.JobId);
        }
        RegisterOutputs();
    }

    /// <summary>Id of the vault; null where the stack keeps no long-term backups.</summary>
    public Output<string>? VaultId { get; }

    /// <summary>Name of the job that tries to restore; null before the apps are deployed, and when the model has no verification.</summary>
    public string? DrillJobName { get; }

    /// <summary>Id of that job; null as above.</summary>
    public Output<string>? DrillJobId { get; }

    /// <summary>
    /// What a query over logs begins with: a row per drill, with the columns <c>Result</c> (<c>passed</c> or <c>failed</c>), <c>Reason</c>, <c>RestorePoint</c>,
    /// <c>RestoreSeconds</c>, <c>TotalSeconds</c>, <c>LimitSeconds</c> and <c>Removed</c>. No passed one for eight days is as bad as a failed one.
    /// </summary>
    public string DrillQuery => RestoreDrill.Query(_context.Settings.Stack);

    /// <summary>Azure Backup copies servers with Premium SSD only, and no elastic clusters.</summary>
    public static bool CanKeepDatabase(DatabaseSize size) => size is { StorageTier: not null, IsElastic: false };

    private BackupVault Vault(Identity identity, Observability observability, Database database, Media media)
    {
        var settings = _context.Settings;
        var options = _context.Data(this);
        // Nobody can delete it before its backups have expired anyway; a stack that is destroyed leaves it behind.
        options.RetainOnDelete = settings.Protect;
        var vault = new BackupVault("backup-vault", new Pulumi.AzureNative.DataProtection.BackupVaultArgs
        {
            ResourceGroupName = _groups.Backup.Name,
            VaultName = _context.Names.Of("backups"),
            Location = settings.Region.Name,
            Identity = new DppIdentityDetailsArgs { Type = "SystemAssigned" },
            Properties = BackupVaults.Of(settings),
            Tags = _context.Tags,
        }, options);
        // It has no metrics that can be sent.
        observability.Diagnose(this, "backup-vault", vault.Id, metrics: false);
        Lock.Hold(_context, this, "backup-vault", vault.Id);

        var principal = vault.Identity.Apply(own => own!.PrincipalId);
        var weeks = settings.Topology.LongTermBackupWeeks;
        if (CanKeepDatabase(_context.Plan.Database))
        {
            Keep(vault, "database", BackupPolicies.Weekly(settings.Database.MaintenanceDay, weeks), database.PrimaryId, "Microsoft.DBforPostgreSQL/flexibleServers", BackupPolicies.Server, [],
                [
                    database.Ready,
                    identity.Grant(this, "backup-database", database.PrimaryId, Roles.PostgresLongTermBackup, principal),
                    identity.Grant(this, "backup-group", _groups.Data.Id, Roles.Reader, principal),
                ]);
        }
        Keep(vault, "media", BackupPolicies.Daily(weeks), media.AccountId, "Microsoft.Storage/storageAccounts", BackupPolicies.Blobs, [Media.ContainerName],
            [identity.Grant(this, "backup-media", media.AccountId, Roles.StorageAccountBackupContributor, principal)]);
        return vault;
    }

    private void Keep(BackupVault vault, string name, Pulumi.AzureNative.DataProtection.Inputs.BackupPolicyArgs rules, Output<string> id, string resourceType, string type, string[] containers, Resource[] after)
    {
        var policy = new BackupPolicy($"backup-{name}-policy", new BackupPolicyArgs
        {
            ResourceGroupName = _groups.Backup.Name,
            VaultName = vault.Name,
            BackupPolicyName = name,
            Properties = rules,
        }, new CustomResourceOptions { Parent = this });
        var info = new PolicyInfoArgs { PolicyId = policy.Id };
        if (containers.Length > 0)
        {
            info.PolicyParameters = new PolicyParametersArgs
            {
                BackupDatasourceParametersList = { new BlobBackupDatasourceParametersArgs { ObjectType = "BlobBackupDatasourceParameters", ContainersList = containers } },
            };
        }
        var resourceName = id.Apply(path => path[(path.LastIndexOf('/') + 1)..]);
        var options = _context.Data(this, slow: true);
        options.DependsOn = new InputList<Resource> { after };
        options.Hooks.OnError.Add(RoleDelay.Hook($"backup-{name}-waits-for-roles"));
        _ = new BackupInstance($"backup-{name}", new Pulumi.AzureNative.DataProtection.BackupInstanceArgs
        {
            ResourceGroupName = _groups.Backup.Name,
            VaultName = vault.Name,
            BackupInstanceName = name,
            Properties = new Pulumi.AzureNative.DataProtection.Inputs.BackupInstanceArgs
            {
                ObjectType = "BackupInstance",
                FriendlyName = name,
                DataSourceInfo = new DatasourceArgs
                {
                    ObjectType = "Datasource",
                    DatasourceType = type,
                    ResourceID = id,
                    ResourceName = resourceName,
                    ResourceType = resourceType,
                    ResourceUri = id,
                    ResourceLocation = _context.Settings.Region.Name,
                },
                DataSourceSetInfo = new DatasourceSetArgs
                {
                    ObjectType = "DatasourceSet",
                    DatasourceType = type,
                    ResourceID = id,
                    ResourceName = resourceName,
                    ResourceType = resourceType,
                    ResourceUri = id,
                    ResourceLocation = _context.Settings.Region.Name,
                },
                PolicyInfo = info,
            },
            Tags = _context.Tags,
        }, options);
    }
}
