using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microblog.AppHost.Tests;

/// <summary>What the AppHost composes, read from its model; nothing is started.</summary>
public sealed class ModelTests
{
    private static readonly string[] ConnectionNames = ["microblog", "rabbitmq", "redis", "replica"];

    [Theory]
    [InlineData("native")]
    [InlineData("containers")]
    public async Task Services_see_the_same_connection_names_in_both_backing_modes(string backing)
    {
        await using var model = await Model.CreateAsync("--backing", backing);
        Assert.Equal(ConnectionNames, await ConnectionNamesAsync(model, "apiservice"));
        Assert.Equal(["microblog", "rabbitmq", "redis"], await ConnectionNamesAsync(model, "feedworker"));
        Assert.Equal(["microblog"], await ConnectionNamesAsync(model, "migrations"));
    }

    [Fact]
    public async Task Native_mode_has_no_container_so_that_no_container_runtime_is_needed()
    {
        await using var model = await Model.CreateAsync("--backing", "native");
        Assert.DoesNotContain(model.Resources, resource => resource is ContainerResource || resource.Annotations.OfType<ContainerImageAnnotation>().Any());
    }

    [Fact]
    public async Task Container_mode_runs_every_server_as_a_container_with_a_pinned_tag()
    {
        await using var model = await Model.CreateAsync("--backing", "containers");
        foreach (var name in new[] { "postgres", "replica", "redis", "rabbitmq" })
        {
            var image = Assert.Single(Model.Get(model, name).Annotations.OfType<ContainerImageAnnotation>());
            Assert.Matches("^[0-9]+\\.[0-9]", image.Tag);
        }
    }

    [Fact]
    public async Task Tools_rest_until_they_are_started_by_hand()
    {
        await using var model = await Model.CreateAsync("--backing", "containers");
        foreach (var tool in model.Resources.Where(resource => resource.GetType().Name is "PgAdminContainerResource" or "RedisInsightResource" || resource.Name is "seed"))
        {
            Assert.Contains(tool.Annotations, annotation => annotation is ExplicitStartupAnnotation);
        }
    }

    [Fact]
    public async Task Ephemeral_containers_have_neither_volumes_nor_tools()
    {
        await using var model = await Model.CreateAsync("--backing", "containers", "--ephemeral");
        Assert.DoesNotContain(model.Resources, resource => resource.Annotations.OfType<ContainerMountAnnotation>().Any(mount => mount.Type is ContainerMountType.Volume));
        Assert.DoesNotContain(model.Resources, resource => resource.GetType().Name is "PgAdminContainerResource" or "RedisInsightResource");
    }

    [Fact]
    public async Task Two_processes_each_serve_the_API_and_the_feed_unless_asked_otherwise()
    {
        await using var usual = await Model.CreateAsync("--backing", "native");
        Assert.Equal((2, 2), (Replicas(usual, "apiservice"), Replicas(usual, "feedworker")));
        await using var other = await Model.CreateAsync("--backing", "native", "--api-replicas", "1", "--worker-replicas=3");
        Assert.Equal((1, 3), (Replicas(other, "apiservice"), Replicas(other, "feedworker")));
    }

    [Fact]
    public async Task Only_the_API_is_reachable_from_outside()
    {
        await using var model = await Model.CreateAsync("--backing", "native");
        var external = model.Resources
            .SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.IsExternal).Select(endpoint => $"{resource.Name}/{endpoint.Name}"));
        Assert.Equal(["apiservice/http"], external);
    }

    [Fact]
    public async Task Native_servers_listen_without_a_proxy_on_distinct_ports()
    {
        await using var model = await Model.CreateAsync("--backing", "native");
        var endpoints = new[] { "postgres", "replica", "redis", "rabbitmq" }.SelectMany(name => Model.Get(model, name).Annotations.OfType<EndpointAnnotation>()).ToList();
        Assert.All(endpoints, endpoint => Assert.Equal((false, endpoint.Port), (endpoint.IsProxied, endpoint.TargetPort)));
        Assert.Equal(endpoints.Count, endpoints.Select(endpoint => endpoint.Port).Distinct().Count());
    }

    [Theory]
    [InlineData("native")]
    [InlineData("containers")]
    public async Task Every_resource_that_keeps_running_has_a_health_check(string backing)
    {
        await using var model = await Model.CreateAsync("--backing", backing);
        var known = model.Services.BuildServiceProvider().GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Select(registration => registration.Name).ToHashSet();
        foreach (var name in new[] { "postgres", "replica", "redis", "rabbitmq", "apiservice", "feedworker" })
        {
            var keys = Model.Get(model, name).Annotations.OfType<HealthCheckAnnotation>().Select(annotation => annotation.Key).ToList();
            Assert.NotEmpty(keys);
            Assert.All(keys, key => Assert.Contains(key, known));
        }
    }

    [Fact]
    public async Task Services_wait_for_migrations_and_Redis_but_only_the_worker_for_a_healthy_broker()
    {
        await using var model = await Model.CreateAsync("--backing", "native");
        Assert.Contains(("migrations", WaitType.WaitForCompletion), Waits(model, "apiservice"));
        Assert.Contains(("migrations", WaitType.WaitForCompletion), Waits(model, "feedworker"));
        Assert.Contains(("redis", WaitType.WaitUntilHealthy), Waits(model, "apiservice"));
        Assert.Contains(("redis", WaitType.WaitUntilHealthy), Waits(model, "feedworker"));
        Assert.Contains(("rabbitmq", WaitType.WaitUntilStarted), Waits(model, "apiservice"));
        Assert.Contains(("rabbitmq", WaitType.WaitUntilHealthy), Waits(model, "feedworker"));
        Assert.Contains(("postgres", WaitType.WaitUntilHealthy), Waits(model, "migrations"));
        Assert.DoesNotContain(Waits(model, "apiservice"), wait => wait.Name is "replica");
    }

    [Fact]
    public async Task Each_service_learns_its_management_port()
    {
        await using var model = await Model.CreateAsync("--backing", "native");
        Assert.Contains("MANAGEMENT_PORT", (await Model.EnvironmentAsync(model, "apiservice")).Keys);
        Assert.Contains("MANAGEMENT_PORT", (await Model.EnvironmentAsync(model, "feedworker")).Keys);
        Assert.Equal(["http", "management"], Model.Get(model, "apiservice").Annotations.OfType<EndpointAnnotation>().Select(endpoint => endpoint.Name).Order());
        Assert.Equal(["management"], Model.Get(model, "feedworker").Annotations.OfType<EndpointAnnotation>().Select(endpoint => endpoint.Name));
        Assert.Empty(Model.Get(model, "migrations").Annotations.OfType<EndpointAnnotation>());
    }

    [Fact]
    public async Task All_processes_of_the_API_keep_images_in_one_directory()
    {
        await using var model = await Model.CreateAsync("--backing", "native");
        Assert.EndsWith(Path.DirectorySeparatorChar + "media", (string)(await Model.EnvironmentAsync(model, "apiservice"))["Microblog__Media__Directory"]);
    }

    [Theory]
    [InlineData("apiservice", "seed")]
    [InlineData("apiservice", "timelines-rebuild")]
    [InlineData("redis", "flush")]
    [InlineData("feedworker", "dead-letters-replay")]
    public async Task The_dashboard_offers_the_operations_that_developers_need(string resource, string command)
    {
        await using var model = await Model.CreateAsync("--backing", "native");
        Assert.Contains(Model.Get(model, resource).Annotations.OfType<ResourceCommandAnnotation>(), annotation => annotation.Name == command);
    }

    [Fact]
    public async Task The_servers_can_be_started_without_the_services()
    {
        await using var model = await Model.CreateAsync("--backing", "native", "--services", "none");
        Assert.DoesNotContain(model.Resources, resource => resource is ProjectResource);
        Assert.All(ConnectionNames, name => Model.Get(model, name));
    }

    [Fact]
    public async Task A_deployment_gives_the_services_a_key_for_their_keys_and_a_run_here_does_not()
    {
        await using var published = await Model.CreateAsync("--operation", "publish", "--publisher", "manifest", "--output-path", Path.GetTempPath());
        await using var run = await Model.CreateAsync("--backing", "native");

        var key = Assert.IsType<ParameterResource>((await Model.EnvironmentAsync(published, "apiservice"))["Microblog__KeyEncryptionKey"]);
        Assert.True(key.Secret);
        Assert.Same(key, (await Model.EnvironmentAsync(published, "feedworker"))["Microblog__KeyEncryptionKey"]);
        Assert.DoesNotContain("Microblog__KeyEncryptionKey", (await Model.EnvironmentAsync(run, "apiservice")).Keys);
    }

    [Fact]
    public async Task The_published_model_has_containers_whatever_this_machine_would_run()
    {
        await using var model = await Model.CreateAsync("--operation", "publish", "--publisher", "manifest", "--output-path", Path.GetTempPath(), "--backing", "native");
        Assert.IsType<PostgresServerResource>(Model.Get(model, "postgres"));
        Assert.IsType<RedisResource>(Model.Get(model, "redis"));
        Assert.IsType<RabbitMQServerResource>(Model.Get(model, "rabbitmq"));
        Assert.DoesNotContain(model.Resources, resource => resource.Name is "seed");
    }

    [Fact]
    public async Task Test_mode_tells_every_service_so_and_under_which_address_the_suites_know_it()
    {
        await using var model = await Model.CreateAsync("--backing", "native", "--test-mode", "--api-port", "3999");
        foreach (var name in new[] { "migrations", "apiservice", "feedworker" })
        {
            var environment = await Model.EnvironmentAsync(model, name);
            Assert.Equal(("true", "http://localhost:3999"), (environment["Microblog__TestMode"], environment["Microblog__PublicUrl"]));
        }
        Assert.Equal(3999, Model.Get(model, "apiservice").Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == "http").Port);
    }

    [Fact]
    public async Task Without_the_option_nothing_speaks_of_a_test_mode()
    {
        await using var model = await Model.CreateAsync("--backing", "native");
        Assert.DoesNotContain((await Model.EnvironmentAsync(model, "apiservice")).Keys, key => key is "Microblog__TestMode" or "Microblog__PublicUrl");
    }

    [Fact]
    public async Task A_model_in_test_mode_cannot_be_published()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Model.CreateAsync(
            "--operation", "publish", "--publisher", "manifest", "--output-path", Path.GetTempPath(), "--test-mode"));
        Assert.Contains("--test-mode is for runs on this machine", error.ToString());
    }

    private static async Task<IEnumerable<string>> ConnectionNamesAsync(IDistributedApplicationTestingBuilder model, string resource)
    {
        const string prefix = "ConnectionStrings__";
        return (await Model.EnvironmentAsync(model, resource)).Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..]).Order();
    }

    private static int Replicas(IDistributedApplicationTestingBuilder model, string resource) =>
        Model.Get(model, resource).Annotations.OfType<ReplicaAnnotation>().Last().Replicas;

    private static List<(string Name, WaitType Type)> Waits(IDistributedApplicationTestingBuilder model, string resource) =>
        [.. Model.Get(model, resource).Annotations.OfType<WaitAnnotation>().Select(wait => (wait.Resource.Name, wait.WaitType))];
}
