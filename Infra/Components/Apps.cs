using Microblog.Infra.AppModel;
using Pulumi;
using Pulumi.AzureNative.App;

namespace Microblog.Infra.Components;

/// <summary>
/// What runs: an environment of Azure Container Apps, and in it an app or a job for every service of the contract. Nothing here knows any service by name.
/// <para>
/// <c>pulumi up</c> makes the job that migrates the database but does not start it: the deployment does (<see cref="JobNames"/>), in two steps, because a new
/// worker works at once. The first <c>up</c> gets the new digest of the job only, and the job is started; when it has ended well, the second gets the others.
/// Migrations let the revision before work on (docs/operations.md). On an empty database the first step is an <c>up</c> with <c>deployApps</c> false: it makes
/// the jobs whose images are known, and no apps, which could not log in yet.
/// </para>
/// </summary>
public sealed class Apps : ComponentResource
{
    private readonly Dictionary<string, Output<string>> _appIds = [];
    private readonly Dictionary<string, Output<string>> _jobIds = [];
    private readonly Dictionary<string, Output<string>> _jobNames = [];
    private readonly Dictionary<string, Output<string>> _revisions = [];
    private readonly Dictionary<string, int> _minReplicas = [];
    private readonly Dictionary<string, Resource> _made = [];
    private readonly AppsHost? _host;

    /// <summary>Makes the environment and, unless the stack does without them yet, apps and jobs.</summary>
    public Apps(Context context, Groups groups, Network network, Identity identity, Registry registry, Observability observability, Database database, Cache cache, Broker broker, Media media)
        : base("microblog:infra:Apps", "apps")
    {
        var environment = AppsEnvironment.Make(context, groups, network, observability, this);
        (EnvironmentId, EnvironmentName, EnvironmentDomain) = (environment.Id, environment.Name, environment.DefaultDomain);
        var reached = AppsReplicas.Public(context.Model)!;
        PublicAppHost = environment.DefaultDomain.Apply(domain => AppsPorts.Of(reached, context.Model)!.Host(context.Names.Of(reached.Name), domain));
        var services = context.Model.Services.Where(service => context.Settings.DeployApps || (service.Role is ServiceRole.Job && context.Settings.Images.ContainsKey(service.Name))).ToList();
        if (services.Count > 0)
        {
            Warn(context.Model, reached);
            var collector = AppsCollector.Make(context, groups, identity, registry, observability, environment, this);
            Note(AppsCollector.Name, collector, AppsCollector.MinReplicas(context), observability);
            var platform = new AppsPlatform(context, identity, database, broker, media, environment.DefaultDomain);
            _host = new AppsHost(context, groups, identity, registry, database, cache, broker, media, environment, new AppsSecrets(context, this, identity, cache, broker), platform);
            foreach (var service in services)
            {
                Make(service, observability);
            }
        }
        RegisterOutputs();
    }

    /// <summary>Id of the environment.</summary>
    public Output<string> EnvironmentId { get; }

    /// <summary>Its name.</summary>
    public Output<string> EnvironmentName { get; }

    /// <summary>The domain that the host names of apps end with.</summary>
    public Output<string> EnvironmentDomain { get; }

    /// <summary>Host name, within the environment, of the service that the public reaches; known before that service is deployed.</summary>
    public Output<string> PublicAppHost { get; }

    /// <summary>Ids of the container apps by service; the telemetry collector is among them.</summary>
    public IReadOnlyDictionary<string, Output<string>> AppIds => _appIds;

    /// <summary>Replicas that each of <see cref="AppIds"/> has at least.</summary>
    public IReadOnlyDictionary<string, int> MinReplicas => _minReplicas;

    /// <summary>Ids of the jobs by service.</summary>
    public IReadOnlyDictionary<string, Output<string>> JobIds => _jobIds;

    /// <summary>Names of the jobs in Azure by service, for who starts them.</summary>
    public IReadOnlyDictionary<string, Output<string>> JobNames => _jobNames;

    /// <summary>Full name of the newest revision by service: what <c>microblog:stableRevision</c> is set to before the next one is deployed.</summary>
    public IReadOnlyDictionary<string, Output<string>> Revisions => _revisions;

    /// <summary>Makes a job that runs a service's image beside the services; null while that image is not known.</summary>
    /// <param name="parent">The component that it belongs to.</param>
    /// <param name="name">Logical name, and part of the name in Azure; at most 16 characters.</param>
    /// <param name="run">What is to run.</param>
    public Job? Run(Resource parent, string name, AppsRun run) =>
        _host is null || !_host.Context.Settings.Images.ContainsKey(run.Service.Name) ? null : AppsJob.Make(_host, parent, name, run);

    private Resource Make(ServiceSpec service, Observability observability)
    {
        if (_made.TryGetValue(service.Name, out var made))
        {
            return made;
        }
        var services = _host!.Context.Model.Services;
        var after = service.WaitsFor.Select(name => Make(services.Single(other => other.Name == name), observability)).ToList();
        if (service.Role is ServiceRole.Job)
        {
            var job = AppsJob.Make(_host, this, service);
            (_jobIds[service.Name], _jobNames[service.Name]) = (job.Id, job.Name);
            return _made[service.Name] = job;
        }
        var app = AppsContainer.Make(_host, this, service, after);
        _revisions[service.Name] = app.LatestRevisionName;
        Note(service.Name, app, AppsReplicas.Of(service, _host.Context.Model, _host.Context.Plan).Min, observability);
        return _made[service.Name] = app;
    }

    private void Note(string name, ContainerApp app, int minReplicas, Observability observability)
    {
        (_appIds[name], _minReplicas[name]) = (app.Id, minReplicas);
        observability.Diagnose(this, $"app-{name}", app.Id, logs: false);
    }

    private static void Warn(AppContract model, ServiceSpec reached)
    {
        foreach (var service in model.Services.Where(service => service != reached && service.Ports.Any(port => port.External)))
        {
            Log.Warn($"The service \"{service.Name}\" has an external port, too, but Front Door sends all requests to \"{reached.Name}\"; it is reached from inside the network only.");
        }
    }
}
