using System.Collections.Immutable;
using Microblog.Infra.Components;
using Microblog.Infra.Settings;
using Pulumi;

namespace Microblog.Infra;

/// <summary>
/// The production system on Azure. What has to run comes from the AppHost's own model (<c>app-model.json</c>), sizes from the capacity model, the rest
/// from the stack's configuration; all three are checked before the first resource is registered.
/// </summary>
public class MicroblogStack : Stack
{
    /// <summary>Provisions the system.</summary>
    public MicroblogStack() : this(null)
    {
    }

    /// <summary>Provisions the system and lets somebody look at each resource on its way.</summary>
    protected MicroblogStack(StackOptions? options) : base(options)
    {
        var context = Inputs.Read(StackConfig.FromEngine(), Deployment.Instance.StackName);

        var groups = new Groups(context);
        var observability = new Observability(context, groups);
        var network = new Network(context, groups, observability);
        var identity = new Identity(context, groups, network, observability);
        var registry = new Registry(context, groups, network, identity, observability);
        var database = new Database(context, groups, network, identity, observability);
        var cache = new Cache(context, groups, network, identity, observability);
        var broker = new Broker(context, groups, network, identity, observability);
        var media = new Media(context, groups, network, identity, observability);
        broker.BackUpTo(media.Ops.DefinitionsContainerId, media.Ops.DefinitionsContainerUrl);
        var apps = new Apps(context, groups, network, identity, registry, observability, database, cache, broker, media);
        var edge = new Edge(context, groups, apps, media, observability);
        var backup = new Backup(context, groups, network, identity, observability, database, media, apps);
        _ = new Alerts(context, groups, network, identity, observability, database, cache, broker, media, apps, edge, backup);
        _ = new Governance(context, groups);
        _ = new Budget(context, groups, observability);

        ApiUrl = edge.ApiUrl;
        MediaUrl = edge.MediaUrl;
        NameServers = edge.NameServers;
        RegistryLoginServer = registry.LoginServer;
        Revisions = Output.All(apps.Revisions.Select(revision => revision.Value)).Apply(names => apps.Revisions.Keys.Zip(names).ToImmutableDictionary(pair => pair.First, pair => pair.Second));
        Jobs = Output.All(apps.JobNames.Select(job => job.Value)).Apply(names => apps.JobNames.Keys.Zip(names).ToImmutableDictionary(pair => pair.First, pair => pair.Second));
        AppGroup = groups.App.Name;
        Sizes = Output.Create(Report.Sizes(context.Plan));
        MonthlyCostUsd = Output.Create(Report.Cost(context.Plan));
        Warnings = Output.Create(context.Plan.Warnings.ToImmutableArray());
    }

    /// <summary>Where the public reaches the API.</summary>
    [Output]
    public Output<string> ApiUrl { get; private set; }

    /// <summary>Where the public fetches images.</summary>
    [Output]
    public Output<string> MediaUrl { get; private set; }

    /// <summary>What the domain's registrar has to be told.</summary>
    [Output]
    public Output<ImmutableArray<string>> NameServers { get; private set; }

    /// <summary>Where images are pushed to.</summary>
    [Output]
    public Output<string> RegistryLoginServer { get; private set; }

    /// <summary>The newest revision of each app, by service.</summary>
    [Output]
    public Output<ImmutableDictionary<string, string>> Revisions { get; private set; }

    /// <summary>The jobs, by service: the migration is started by whoever rolls out.</summary>
    [Output]
    public Output<ImmutableDictionary<string, string>> Jobs { get; private set; }

    /// <summary>The resource group of apps and jobs.</summary>
    [Output]
    public Output<string> AppGroup { get; private set; }

    /// <summary>The sizes that the load needs, by component.</summary>
    [Output]
    public Output<ImmutableDictionary<string, string>> Sizes { get; private set; }

    /// <summary>The planned bill by component, without tax and reservations.</summary>
    [Output]
    public Output<ImmutableDictionary<string, string>> MonthlyCostUsd { get; private set; }

    /// <summary>What somebody should know who accepts this plan.</summary>
    [Output]
    public Output<ImmutableArray<string>> Warnings { get; private set; }
}
