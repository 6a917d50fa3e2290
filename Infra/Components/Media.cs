using Microblog.Infra.AppModel;
using Pulumi;
using Pulumi.AzureNative.Authorization;
using Pulumi.AzureNative.Monitor;
using Pulumi.AzureNative.Monitor.Inputs;
using Pulumi.AzureNative.Storage;
using Pulumi.AzureNative.Storage.Inputs;
using DiagnosticSetting = Pulumi.AzureNative.Monitor.DiagnosticSetting;

namespace Microblog.Infra.Components;

/// <summary>
/// Images that people have uploaded, in a container of Azure Blob Storage. The public does not get them from here: Front Door asks the API, which reads
/// with its identity and adds the headers that keep files from acting as pages. Front Door could authenticate to a container by itself, but not over a
/// private link (https://learn.microsoft.com/azure/frontdoor/origin-authentication-with-managed-identities).
/// </summary>
public sealed class Media : ComponentResource
{
    /// <summary>Days after which an image is hardly asked for any more; the edge has those that are.</summary>
    private const int CoolAfterDays = 90;

    private readonly Dictionary<string, RoleAssignment> _writers = [];
    private readonly Resource _endpoint;

    /// <summary>Makes account and container.</summary>
    public Media(Context context, Groups groups, Network network, Identity identity, Observability observability) : base("microblog:infra:Media", "media")
    {
        var account = new StorageAccount("media", MediaAccount.Args(context, groups, ContainerName, AccessTier.Hot, isBackedUp: true), context.Data(this));
        var days = MediaAccount.RestoreDays(context.Settings.Topology);
        var service = Service(groups, account.Name, days);
        var container = new BlobContainer("media-container", MediaAccount.Container(groups, account.Name, ContainerName), After(context.Data(this), service));
        _ = Housekeeping(groups, account.Name, days, service);
        _endpoint = network.PrivateEndpoint(this, "media", account.Id, "blob");
        Diagnose(observability, account.Id, service);
        Lock.Hold(context, this, "media", account.Id);
        foreach (var user in context.Model.Services.Where(service => service.Environment.Any(variable => variable.Platform == PlatformName.MediaContainerUrl)))
        {
            _writers[user.Name] = identity.Grant(this, $"media-{user.Name}", container.Id, Roles.BlobDataContributor, identity.Of(user.Name).PrincipalId);
        }
        (AccountId, AccountName) = (account.Id, account.Name);
        BlobHost = Output.Tuple(account.Id, groups.SubscriptionId).Apply(parts => $"{context.Names.Compact(ContainerName, parts.Item2)}.blob.core.windows.net");
        ContainerUrl = Output.Tuple(container.Id, BlobHost).Apply(parts => $"https://{parts.Item2}/{ContainerName}");
        Ops = new Ops(this, context, groups, network, observability);
        RegisterOutputs();
    }

    /// <summary>Name of the container, and part of the account's name.</summary>
    public const string ContainerName = "media";

    /// <summary>Address of the container, as the services read it.</summary>
    public Output<string> ContainerUrl { get; }

    /// <summary>Id of the account.</summary>
    public Output<string> AccountId { get; }

    /// <summary>Name of the account.</summary>
    public Output<string> AccountName { get; }

    /// <summary>Host name of the account's blobs.</summary>
    public Output<string> BlobHost { get; }

    /// <summary>What operators keep: definitions of the broker, archived logs.</summary>
    public Ops Ops { get; }

    /// <summary>What a service has to wait for that keeps images here; nothing for others.</summary>
    public IReadOnlyList<Resource> ReadyFor(string workload) => _writers.TryGetValue(workload, out var grant) ? [_endpoint, grant] : [];

    /// <summary>Versions, change feed, soft delete, and with them restoring all to a moment.</summary>
    private BlobServiceProperties Service(Groups groups, Input<string> account, int days) => new("media-blobs", new BlobServicePropertiesArgs
    {
        ResourceGroupName = groups.Data.Name,
        AccountName = account,
        BlobServicesName = "default",
        IsVersioningEnabled = true,
        ChangeFeed = new ChangeFeedArgs { Enabled = true, RetentionInDays = days + 1 },
        // Has to keep longer than the restore reaches back.
        DeleteRetentionPolicy = new DeleteRetentionPolicyArgs { Enabled = true, Days = days + 1, AllowPermanentDelete = false },
        ContainerDeleteRetentionPolicy = new DeleteRetentionPolicyArgs { Enabled = true, Days = days + 1 },
        RestorePolicy = new RestorePolicyPropertiesArgs { Enabled = true, Days = days },
    }, new CustomResourceOptions { Parent = this });

    /// <summary>Nothing is made immutable: people may delete what they have uploaded, and then it has to go, at the latest when no restore reaches it any more.</summary>
    private ManagementPolicy Housekeeping(Groups groups, Input<string> account, int days, Resource service) => new("media-housekeeping", new ManagementPolicyArgs
    {
        ResourceGroupName = groups.Data.Name,
        AccountName = account,
        ManagementPolicyName = "default",
        Policy = new ManagementPolicySchemaArgs
        {
            Rules =
            {
                MediaAccount.Rule("cool-what-is-old", new ManagementPolicyActionArgs
                {
                    BaseBlob = new ManagementPolicyBaseBlobArgs { TierToCool = new DateAfterModificationArgs { DaysAfterModificationGreaterThan = CoolAfterDays } },
                }),
                MediaAccount.Rule("forget-what-was-deleted", new ManagementPolicyActionArgs
                {
                    Version = new ManagementPolicyVersionArgs { Delete = new DateAfterCreationArgs { DaysAfterCreationGreaterThan = days + 1 } },
                    Snapshot = new ManagementPolicySnapShotArgs { Delete = new DateAfterCreationArgs { DaysAfterCreationGreaterThan = days + 1 } },
                }),
            },
        },
    }, After(new CustomResourceOptions { Parent = this }, service));

    /// <summary>Writes and deletions are logged; each read of an image would be a line too, and most of the workspace's bill.</summary>
    private void Diagnose(Observability observability, Output<string> account, Resource service)
    {
        observability.Diagnose(this, "media", account, logs: false);
        _ = new DiagnosticSetting("media-blobs-diagnostics", new DiagnosticSettingArgs
        {
            Name = "to-workspace",
            ResourceUri = Output.Format($"{account}/blobServices/default"),
            WorkspaceId = observability.WorkspaceId,
            Logs =
            {
                new DiagnosticsLogSettingsArgs { Category = "StorageWrite", Enabled = true },
                new DiagnosticsLogSettingsArgs { Category = "StorageDelete", Enabled = true },
            },
            Metrics = { new DiagnosticsMetricSettingsArgs { Category = "AllMetrics", Enabled = true } },
        }, After(new CustomResourceOptions { Parent = this }, service));
    }

    private static CustomResourceOptions After(CustomResourceOptions options, Resource before)
    {
        options.DependsOn = new InputList<Resource> { before };
        return options;
    }
}
