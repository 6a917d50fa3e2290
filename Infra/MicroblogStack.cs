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
        _ = new Apps(context, groups, network, identity, registry, observability, database, cache, broker, media);
        _ = new Governance(context, groups);
        _ = new Budget(context, groups, observability);
    }
}
