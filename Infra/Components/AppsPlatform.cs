using System.Globalization;
using Microblog.Infra.AppModel;
using Pulumi;
using Pulumi.AzureNative.App.Inputs;
using Pulumi.AzureNative.ManagedIdentity;

namespace Microblog.Infra.Components;

/// <summary>What only the platform knows: the values behind a service's variables.</summary>
internal sealed class AppsPlatform(Context context, Identity identity, Database database, Broker broker, Media media, Output<string> domain)
{
    /// <summary>Where the certificate of the broker's authority is mounted.</summary>
    public const string AuthorityDirectory = "/etc/broker-authority";

    /// <summary>Where the images' own certificates are, in Debian and in Ubuntu.</summary>
    private const string SystemDirectory = "/etc/ssl/certs";

    /// <summary>Inside Container Apps requests come from the ingress; its addresses are of a range that the platform keeps for itself, or of the subnet.</summary>
    private const string IngressRange = "100.100.0.0/16";

    /// <summary>In which Front Door tells whom it is connected with, whatever else that client claims.</summary>
    private const string FrontDoorHeader = "X-Azure-SocketIP";

    /// <summary>A variable as a container gets it.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="workload">Who runs: a service, or something that runs like one.</param>
    /// <param name="connections">Connection strings to take instead of those of production, by connection.</param>
    public EnvironmentVarArgs Variable(AppsVariable variable, string workload, IReadOnlyDictionary<string, Output<string>> connections) => variable.Source switch
    {
        AppsSource.Vault vault => new EnvironmentVarArgs { Name = variable.Name, SecretRef = vault.Secret },
        AppsSource.Plain plain => new EnvironmentVarArgs { Name = variable.Name, Value = plain.Value },
        AppsSource.Database source => new EnvironmentVarArgs
        {
            Name = variable.Name,
            Value = connections.GetValueOrDefault(source.Connection) ?? database.ConnectionString(source.Access, source.Name, identity.Of(workload)),
        },
        AppsSource.Platform platform => new EnvironmentVarArgs { Name = variable.Name, Value = Value(platform.Name, identity.Of(workload)) },
        AppsSource.Endpoint endpoint => new EnvironmentVarArgs { Name = variable.Name, Value = Address(endpoint) },
        var source => throw new InvalidOperationException($"{source} is no source of a variable."),
    };

    private Input<string> Value(string name, UserAssignedIdentity workload) => name switch
    {
        PlatformName.PublicUrl => $"https://{context.Settings.Edge.Host}",
        PlatformName.PublicHost => context.Settings.Edge.Host,
        PlatformName.MediaContainerUrl => media.ContainerUrl,
        PlatformName.MediaPublicUrl => $"https://{context.Settings.Edge.MediaHost}",
        PlatformName.OtlpEndpoint => domain.Apply(value => AppsCollector.Address(context.Names, value)),
        PlatformName.IdentityClientId => workload.ClientId,
        PlatformName.EnvironmentName => context.Settings.Stack,
        PlatformName.ForwardedFrom => $"{IngressRange},{context.Settings.Network.Apps}",
        PlatformName.BrokerCaDirectory => broker.CaCertificate is null ? SystemDirectory : $"{SystemDirectory}:{AuthorityDirectory}",
        PlatformName.ClientAddressHeader => FrontDoorHeader,
        PlatformName.DatabasePoolerPort => database.PoolerPort?.ToString(CultureInfo.InvariantCulture) ?? "",
        PlatformName.DatabasePrincipals => database.Principals,
        PlatformName.ContactEmail => context.Settings.Edge.ContactEmail,
        _ => throw new InvalidOperationException($"Nobody finds the platform value {name}."),
    };

    private Output<string> Address(AppsSource.Endpoint endpoint)
    {
        var service = context.Model.Services.Single(service => service.Name == endpoint.Service);
        var ports = AppsPorts.Of(service, context.Model)!;
        return domain.Apply(value => ports.Address(endpoint.Port, context.Names.Of(service.Name), value));
    }
}
