#pragma warning disable CA1822
using Pulumi;
using Pulumi.AzureNative.ManagedIdentity;

namespace Microblog.Infra.Components;

public sealed class Database : ComponentResource
{
    public Database(Context context, Groups groups, Network network, Identity identity, Observability observability) : base("microblog:infra:Database", "database") => RegisterOutputs();

    public Output<string> ConnectionString(string access, string database, UserAssignedIdentity identity) =>
        Output.Format($"Host={access}.example;Database={database};Username={identity.Name};SSL Mode=VerifyFull");
}

public sealed class Cache : ComponentResource
{
    public Cache(Context context, Groups groups, Network network, Identity identity, Observability observability) : base("microblog:infra:Cache", "cache") => RegisterOutputs();

    public Output<string> ConnectionString => Output.CreateSecret("hush-cache");
}

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

public sealed class Media : ComponentResource
{
    public Media(Context context, Groups groups, Network network, Identity identity, Observability observability) : base("microblog:infra:Media", "media") => RegisterOutputs();

    public Output<string> ContainerUrl => Output.Create("https://media.example/media");
}
