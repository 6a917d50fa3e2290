using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

/// <summary>Where the containers run, and where what they tell of themselves goes.</summary>
public sealed class AppsEnvironmentTests
{
    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task It_is_inside_the_network_and_encrypts_what_passes_between_its_apps(string stack)
    {
        var environment = (await StackRun.OfAsync(stack)).One("app:ManagedEnvironment");

        Assert.Equal((true, "Disabled", stack != "dev"), (environment["vnetConfiguration.internal"], environment.Text("publicNetworkAccess"), environment["zoneRedundant"]));
        Assert.EndsWith("/apps", environment.Text("vnetConfiguration.infrastructureSubnetId"), StringComparison.Ordinal);
        Assert.Equal((true, true), (environment["peerAuthentication.mtls.enabled"], environment["peerTrafficConfiguration.encryption.enabled"]));
        Assert.Equal("azure-monitor", environment.Text("appLogsConfiguration.destination"));
        Assert.Null(environment["appLogsConfiguration.logAnalyticsConfiguration"]);
        Assert.Contains("Consumption", environment.List("workloadProfiles").Select(profile => Provisioned.Member(profile, "name")));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Every_app_runs_on_a_profile_that_is_there(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var profiles = run.One("app:ManagedEnvironment").List("workloadProfiles").Select(profile => (string)Provisioned.Member(profile, "name")!).ToList();

        Assert.All(run.Workloads(), workload => Assert.Contains(workload.Text("workloadProfileName"), profiles));
        Assert.Equal(stack == "prod-10m", profiles.Contains("ingress"));
    }

    [Fact]
    public async Task Requests_may_be_silent_for_half_an_hour_where_the_ingress_has_nodes_of_its_own()
    {
        var environment = (await StackRun.OfAsync("prod-10m")).One("app:ManagedEnvironment");

        Assert.Equal(("ingress", 30.0), (environment.Text("ingressConfiguration.workloadProfileName"), environment["ingressConfiguration.requestIdleTimeout"]));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Where_there_are_zones_each_has_a_replica(string stack)
    {
        foreach (var app in (await StackRun.OfAsync(stack)).All("app:ContainerApp"))
        {
            Assert.True((double)app["template.scale.minReplicas"]! >= (stack == "dev" ? 1 : 3), app.Name);
            Assert.True((double)app["template.scale.maxReplicas"]! > (double)app["template.scale.minReplicas"]!, app.Name);
        }
    }

    [Fact]
    public async Task Azure_maintains_it_on_the_day_on_which_it_maintains_the_database()
    {
        var window = (await StackRun.RunAsync(StackFile.Read("dev").Set("maintenanceDay", "3"))).One("app:MaintenanceConfiguration");

        Assert.Equal(("default", "Wednesday", 1.0, 8.0), (window.Text("configName"), window.Text("scheduledEntries.0.weekDay"), window["scheduledEntries.0.startHourUtc"], window["scheduledEntries.0.durationHours"]));
    }

    [Fact]
    public async Task The_collector_takes_all_that_services_send_and_writes_it_to_Application_Insights()
    {
        var collector = (await StackRun.OfAsync("prod")).One("app:ContainerApp", "collector");

        Assert.Matches("^otel/opentelemetry-collector-contrib:[0-9.]+@sha256:[0-9a-f]{64}$", collector.Text("template.containers.0.image"));
        Assert.Equal((false, 4317.0, "http2"), (collector["configuration.ingress.external"], collector["configuration.ingress.targetPort"], collector.Text("configuration.ingress.transport")));
        Assert.Equal("secret:telemetry-connection", collector.Env()["APPLICATIONINSIGHTS_CONNECTION_STRING"]);
        Assert.Equal(["--config=env:COLLECTOR_CONFIG"], collector.List("template.containers.0.args"));
        var configuration = (Dictionary<object, object>)new YamlDotNet.Serialization.DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(collector.Env()["COLLECTOR_CONFIG"])["service"];
        var pipelines = (Dictionary<object, object>)configuration["pipelines"];
        Assert.Equal(["logs", "metrics", "traces"], pipelines.Keys.Cast<string>().Order());
        Assert.All(pipelines.Values.Cast<Dictionary<object, object>>(), pipeline => Assert.Equal(("otlp", "azuremonitor"), (((List<object>)pipeline["receivers"])[0], ((List<object>)pipeline["exporters"])[0])));
    }

    [Fact]
    public async Task A_copy_of_the_collector_can_be_used_but_only_by_digest()
    {
        var image = $"registry.example/otel/collector@{StackFile.Digest}";

        Assert.Equal(image, (await StackRun.RunAsync(StackFile.Read("dev").Set("collectorImage", image))).One("app:ContainerApp", "collector").Text("template.containers.0.image"));
        Assert.Contains("microblog:collectorImage: is 'otel/collector:latest'; it must be an image with its digest", await StackRun.RefusalAsync(StackFile.Read("dev").Set("collectorImage", "otel/collector:latest")));
    }
}
