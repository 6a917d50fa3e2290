#pragma warning disable CA1822
using Pulumi;

namespace Microblog.Infra.Components;

public sealed class Broker : ComponentResource
{
    public Broker(Context context, Groups groups, Network network, Identity identity, Observability observability) : base("microblog:infra:Broker", "broker")
    {
        CaCertificate = context.Secrets.BrokerCaCertificate;
        RegisterOutputs();
    }

    public Output<string> Url => Output.CreateSecret("hush-broker");

    public Output<string>? CaCertificate { get; }
}
