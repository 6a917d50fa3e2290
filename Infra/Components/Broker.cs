using Pulumi;

namespace Microblog.Infra.Components;

/// <summary>
/// RabbitMQ: three nodes in three zones behind an internal load balancer (one node in a stack without zones), or the address of a broker that
/// somebody else runs. Every message is on a majority of the nodes before its publisher hears of it.
/// </summary>
public sealed class Broker : ComponentResource
{
    private const string Workload = "broker";

    private readonly Identity _identity;

    /// <summary>Makes the broker, unless the stack has one elsewhere.</summary>
    public Broker(Context context, Groups groups, Network network, Identity identity, Observability observability) : base("microblog:infra:Broker", "broker")
    {
        _identity = identity;
        if (context.Secrets.BrokerUrl is { } elsewhere)
        {
            Url = elsewhere;
            RegisterOutputs();
            return;
        }
        var (stack, model, secrets) = (context.Settings.Stack, context.Model.Broker, context.Secrets);
        IsManagedHere = true;
        Url = Output.CreateSecret(secrets.BrokerPassword!.Apply(password => BrokerNames.Url(stack, password, model.VirtualHost)));
        CaCertificate = secrets.BrokerCaCertificate;

        // What only the vault holds can be changed without making a node anew: each looks there every few minutes.
        List<VaultSecret> kept =
        [
            identity.Secret(this, "broker-cookie", secrets.BrokerCookie!, Workload),
            identity.Secret(this, "broker-password", secrets.BrokerPassword!, Workload),
            identity.Secret(this, "broker-admin-password", secrets.BrokerAdminPassword!, Workload),
            identity.Secret(this, "broker-ca", secrets.BrokerCaCertificate!, Workload),
            identity.Secret(this, "broker-certificate", secrets.BrokerCertificate!, Workload),
            identity.Secret(this, "broker-key", secrets.BrokerPrivateKey!, Workload),
            identity.Secret(this, "broker-definitions", Output.Create(BrokerDefinitions.Render(model)), Workload),
        ];
        var balancer = new BrokerBalancer(context, groups, this, network, observability);
        var names = new BrokerDns(context, groups, this, network.Id);
        var agent = new BrokerAgent(context, groups, this, observability);
        var account = identity.Of(Workload);
        List<Resource> before = [.. kept.SelectMany(secret => secret.Ready), .. names.Ready];
        for (var number = 1; number <= context.Plan.Broker.Nodes; number++)
        {
            // One after the other: a change that replaces machines replaces the next one only when the last is back at work.
            var node = new BrokerNode(context, groups, this, network, balancer, agent, account, identity.VaultUri, number, before);
            before.Add(node.Ready);
            NodeIds.Add(node.Id);
        }
        BalancerId = balancer.Id;
        RegisterOutputs();
    }

    /// <summary>What applications connect to, with user and password; a secret.</summary>
    public Output<string> Url { get; }

    /// <summary>Certificate (PEM) of the authority that clients have to trust; null when the broker is elsewhere and has a public one.</summary>
    public Output<string>? CaCertificate { get; }

    /// <summary>Whether the nodes are provisioned here.</summary>
    public bool IsManagedHere { get; }

    /// <summary>Ids of the nodes' machines; empty when the broker is elsewhere.</summary>
    public List<Output<string>> NodeIds { get; } = [];

    /// <summary>Id of the load balancer; null when the broker is elsewhere.</summary>
    public Output<string>? BalancerId { get; }

    /// <summary>Lets the nodes write their definitions to a blob container once a day. Nothing to do when the broker is elsewhere.</summary>
    /// <param name="containerId">Id of the container.</param>
    /// <param name="containerUrl">Its address, without a slash at the end.</param>
    public void BackUpTo(Output<string> containerId, Output<string> containerUrl)
    {
        if (IsManagedHere)
        {
            _identity.Grant(this, "broker-backup", containerId, Roles.BlobDataContributor, _identity.Of(Workload).PrincipalId);
            _identity.Secret(this, "broker-backup-url", containerUrl, Workload);
        }
    }
}
