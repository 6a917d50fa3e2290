using Microblog.Infra.AppModel;
using Pulumi;
using Pulumi.AzureNative.App;
using Pulumi.AzureNative.App.Inputs;

namespace Microblog.Infra.Components;

/// <summary>What a container app and a job have in common: identity, registry, secrets, the container and its files.</summary>
internal sealed class AppsWorkload
{
    private const string AuthorityVolume = "broker-authority";

    private AppsWorkload(Output<string> identityId)
    {
        Identity = new ManagedServiceIdentityArgs { Type = ManagedServiceIdentityType.UserAssigned, UserAssignedIdentities = identityId };
    }

    /// <summary>Its own, and no other.</summary>
    public ManagedServiceIdentityArgs Identity { get; }

    /// <summary>Whether the processes inside get tokens of it: only where they ask for it.</summary>
    public required IdentitySettingsArgs IdentityUse { get; init; }

    /// <summary>Where the image is from.</summary>
    public required RegistryCredentialsArgs Registry { get; init; }

    /// <summary>References to the vault.</summary>
    public required SecretArgs[] Secrets { get; init; }

    /// <summary>The container.</summary>
    public required ContainerArgs Container { get; init; }

    /// <summary>Its files from secrets.</summary>
    public required VolumeArgs[] Volumes { get; init; }

    /// <summary>Whether its scaler has to be told of the authority of the broker.</summary>
    public required bool IsBrokerPrivate { get; init; }

    /// <summary>What has to be there before it starts.</summary>
    public required IReadOnlyList<Resource> Ready { get; init; }

    /// <summary>A service as the contract describes it.</summary>
    public static AppsWorkload Of(AppsHost host, ServiceSpec service)
    {
        var needs = AppsSecrets.Needs(service, host.Context, host.Broker.CaCertificate is not null);
        return Make(host, service, service.Name, service.Args, AppsVariables.Of(service, host.Context.Model, host.Context.Settings), [.. needs.Order(StringComparer.Ordinal)], new Dictionary<string, Output<string>>());
    }

    /// <summary>Something that runs a service's image, with other connections and without any secret.</summary>
    public static AppsWorkload Of(AppsHost host, AppsRun run)
    {
        var variables = AppsVariables.Of(run.Service, host.Context.Model, host.Context.Settings).Where(variable => variable.Source switch
        {
            AppsSource.Vault => false,
            AppsSource.Database database => run.Connections.ContainsKey(database.Connection),
            AppsSource.Platform { Name: PlatformName.BrokerCaDirectory } => false,
            _ => true,
        });
        return Make(host, run.Service, run.Workload, run.Args, [.. variables], [], run.Connections);
    }

    private static AppsWorkload Make(
        AppsHost host, ServiceSpec service, string workload, IReadOnlyList<string> args, IReadOnlyList<AppsVariable> variables, IReadOnlyList<string> secrets, IReadOnlyDictionary<string, Output<string>> connections)
    {
        var identity = host.Identity.Of(workload);
        var sources = variables.Select(variable => variable.Source).ToList();
        var replicas = AppsReplicas.Of(service, host.Context.Model, host.Context.Plan);
        var mounts = secrets.Contains(AppsSecrets.BrokerAuthority) && sources.Contains(new AppsSource.Platform(PlatformName.BrokerCaDirectory));
        var isIdentityUsed = sources.Contains(new AppsSource.Platform(PlatformName.IdentityClientId));
        var container = new ContainerArgs
        {
            Name = service.Name,
            Image = Output.Format($"{host.Registry.LoginServer}/{service.Image}@{host.Context.Settings.Images[service.Name]}"),
            Args = args.ToArray(),
            Env = variables.Select(variable => host.Platform.Variable(variable, workload, connections)).ToArray(),
            Resources = new ContainerResourcesArgs { Cpu = replicas.Cpu, Memory = FormattableString.Invariant($"{replicas.MemoryGiB}Gi") },
        };
        if (mounts)
        {
            container.VolumeMounts.Add(new VolumeMountArgs { VolumeName = AuthorityVolume, MountPath = AppsPlatform.AuthorityDirectory });
        }
        return new AppsWorkload(identity.Id)
        {
            IdentityUse = new IdentitySettingsArgs { Identity = identity.Id, Lifecycle = isIdentityUsed ? IdentitySettingsLifeCycle.Main : IdentitySettingsLifeCycle.None },
            Registry = new RegistryCredentialsArgs { Server = host.Registry.LoginServer, Identity = identity.Id },
            Secrets = [.. secrets.Select(name => new SecretArgs { Name = name, KeyVaultUrl = host.Secrets[name].Url, Identity = identity.Id })],
            IsBrokerPrivate = secrets.Contains(AppsSecrets.BrokerTls),
            Container = container,
            Volumes = mounts ? [new VolumeArgs
            {
                Name = AuthorityVolume,
                StorageType = StorageType.Secret,
                Secrets = new SecretVolumeItemArgs { SecretRef = AppsSecrets.BrokerAuthority, Path = "authority.pem" },
            }] : [],
            Ready = [host.Registry.Endpoint, host.Registry.AllowPull(workload), .. secrets.SelectMany(name => host.Secrets[name].Ready), .. Servers(host, workload, sources, secrets)],
        };
    }

    /// <summary>The components that it talks to: their private endpoints, too, are there before it starts.</summary>
    private static IEnumerable<Resource> Servers(AppsHost host, string workload, List<AppsSource> sources, IReadOnlyList<string> secrets)
    {
        if (sources.OfType<AppsSource.Database>().Any())
        {
            yield return host.Database.Ready;
        }
        foreach (var ready in host.Media.ReadyFor(workload))
        {
            yield return ready;
        }
        foreach (var connection in host.Context.Model.Connections.Where(connection => secrets.Contains(AppsVariables.ConnectionSecret(connection.Name))))
        {
            yield return connection.Kind is ConnectionKind.Redis ? host.Cache.Endpoint : host.Broker;
        }
    }
}
