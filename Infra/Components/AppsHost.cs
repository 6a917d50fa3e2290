using Microblog.Infra.AppModel;
using Pulumi;
using Pulumi.AzureNative.App;

namespace Microblog.Infra.Components;

/// <summary>What every container app and job is made with.</summary>
internal sealed record AppsHost(
    Context Context, Groups Groups, Identity Identity, Registry Registry, Database Database, Cache Cache, Broker Broker, Media Media, ManagedEnvironment Environment, AppsSecrets Secrets, AppsPlatform Platform);

/// <summary>A container that runs a service's image beside the services: a check of a restored database, for example.</summary>
/// <param name="Service">Whose image and variables it has. Of these it gets no secret, and only the <paramref name="Connections"/> given here.</param>
/// <param name="Workload">Whose identity it has; made when it is new.</param>
/// <param name="Args">What it is to do.</param>
/// <param name="Connections">Connection strings without passwords, by the contract's name of the connection.</param>
/// <param name="TimeoutSeconds">When it is given up.</param>
/// <param name="Cron">When it starts (five fields, UTC); null when somebody starts it.</param>
public sealed record AppsRun(
    ServiceSpec Service, string Workload, IReadOnlyList<string> Args, IReadOnlyDictionary<string, Output<string>> Connections, int TimeoutSeconds, string? Cron = null);
