using Pulumi;
using Pulumi.AzureNative.Storage;
using Pulumi.AzureNative.Storage.Inputs;

namespace Microblog.Infra.Components;

/// <summary>
/// What operators keep, apart from people's images: the broker's definitions, and the edge's log where the workspace is too dear for it. For a month nobody
/// can change or delete what was written, not even who has taken over an identity that writes.
/// </summary>
public sealed class Ops : ComponentResource
{
    private const string Definitions = "definitions";

    private const int ImmutableDays = 30;

    private const int DefinitionsDays = 90;

    /// <summary>Makes account and container.</summary>
    public Ops(Resource parent, Context context, Groups groups, Network network, Observability observability)
        : base("microblog:infra:Ops", "ops", new ComponentResourceOptions { Parent = parent })
    {
        var account = new StorageAccount("ops", Account(context, groups), context.Data(this));
        var service = new BlobServiceProperties("ops-blobs", new BlobServicePropertiesArgs
        {
            ResourceGroupName = groups.Data.Name,
            AccountName = account.Name,
            BlobServicesName = "default",
            IsVersioningEnabled = true,
            DeleteRetentionPolicy = new DeleteRetentionPolicyArgs { Enabled = true, Days = 7, AllowPermanentDelete = false },
            ContainerDeleteRetentionPolicy = new DeleteRetentionPolicyArgs { Enabled = true, Days = 7 },
        }, new CustomResourceOptions { Parent = this });
        var options = context.Data(this);
        options.DependsOn = new InputList<Resource> { service };
        var container = new BlobContainer("ops-definitions", MediaAccount.Container(groups, account.Name, Definitions), options);
        _ = new ManagementPolicy("ops-housekeeping", new ManagementPolicyArgs
        {
            ResourceGroupName = groups.Data.Name,
            AccountName = account.Name,
            ManagementPolicyName = "default",
            Policy = new ManagementPolicySchemaArgs { Rules = Rules(context.Settings.Topology.LogRetentionDays) },
        }, new CustomResourceOptions { Parent = this, DependsOn = { service } });
        Endpoint = network.PrivateEndpoint(this, "ops", account.Id, "blob");
        observability.Diagnose(this, "ops", account.Id, logs: false);
        observability.Diagnose(this, "ops-blobs", Output.Format($"{account.Id}/blobServices/default"), after: service);
        Lock.Hold(context, this, "ops", account.Id);
        AccountId = account.Id;
        BlobHost = Output.Tuple(account.Id, groups.SubscriptionId).Apply(parts => $"{context.Names.Compact("ops", parts.Item2)}.blob.core.windows.net");
        DefinitionsContainerId = container.Id;
        DefinitionsContainerUrl = Output.Tuple(container.Id, BlobHost).Apply(parts => $"https://{parts.Item2}/{Definitions}");
        RegisterOutputs();
    }

    /// <summary>Id of the account: diagnostic settings may archive into it.</summary>
    public Output<string> AccountId { get; }

    /// <summary>Host name of the account's blobs.</summary>
    public Output<string> BlobHost { get; }

    /// <summary>Id of the container for the broker's definitions: the scope of roles.</summary>
    public Output<string> DefinitionsContainerId { get; }

    /// <summary>Its address.</summary>
    public Output<string> DefinitionsContainerUrl { get; }

    /// <summary>To depend on where the account is written to from inside the network.</summary>
    public Resource Endpoint { get; }

    private static StorageAccountArgs Account(Context context, Groups groups)
    {
        var args = MediaAccount.Args(context, groups, "ops", AccessTier.Cool, isBackedUp: false);
        if (context.Settings.Protect)
        {
            // Only at creation. Unlocked, so that whoever administers the account can still end it; who merely writes cannot.
            args.ImmutableStorageWithVersioning = new ImmutableStorageAccountArgs
            {
                Enabled = true,
                ImmutabilityPolicy = new AccountImmutabilityPolicyPropertiesArgs
                {
                    State = AccountImmutabilityPolicyState.Unlocked,
                    ImmutabilityPeriodSinceCreationInDays = ImmutableDays,
                    // Diagnostic settings append to the blob of the hour.
                    AllowProtectedAppendWrites = true,
                },
            };
        }
        return args;
    }

    private static InputList<ManagementPolicyRuleArgs> Rules(int logDays) =>
    [
        MediaAccount.Rule("end-of-definitions", Delete(DefinitionsDays), prefixes: [$"{Definitions}/"]),
        MediaAccount.Rule("end-of-logs", Delete(logDays), types: ["appendBlob", "blockBlob"], prefixes: ["insights-"]),
        MediaAccount.Rule("end-of-old-versions", new ManagementPolicyActionArgs
        {
            Version = new ManagementPolicyVersionArgs { Delete = new DateAfterCreationArgs { DaysAfterCreationGreaterThan = ImmutableDays } },
        }),
    ];

    private static ManagementPolicyActionArgs Delete(int days) => new()
    {
        BaseBlob = new ManagementPolicyBaseBlobArgs { Delete = new DateAfterModificationArgs { DaysAfterModificationGreaterThan = days } },
    };
}
