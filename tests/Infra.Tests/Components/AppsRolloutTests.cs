using System.Text.Json;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

/// <summary>What is deployed when, and who answers meanwhile.</summary>
public sealed class AppsRolloutTests
{
    private const string App = "app:ContainerApp";
    private const string Other = "sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

    [Fact]
    public async Task Without_a_stable_revision_the_newest_takes_over_and_no_old_one_is_left_running()
    {
        foreach (var app in (await StackRun.OfAsync("prod")).All(App))
        {
            Assert.Equal("Single", app.Text("configuration.activeRevisionsMode"));
            Assert.Null(app["template.revisionSuffix"]);
        }
        Assert.Equal((true, 100.0), Share((await StackRun.OfAsync("prod")).One(App, "apiservice"), 0));
    }

    [Fact]
    public async Task A_stable_revision_keeps_its_share_of_the_requests()
    {
        var run = await StackRun.RunAsync(StackFile.Read("prod").Set("stableRevision", "mb-prod-apiservice--0000012").Set("newRevisionWeight", "10"));

        var api = run.One(App, "apiservice");
        Assert.Equal("Multiple", api.Text("configuration.activeRevisionsMode"));
        Assert.Equal(("mb-prod-apiservice--0000012", 90.0), (api.Text("configuration.ingress.traffic.0.revisionName"), api["configuration.ingress.traffic.0.weight"]));
        Assert.Equal((true, 10.0), Share(api, 1));
        Assert.Equal("Single", run.One(App, "feedworker").Text("configuration.activeRevisionsMode"));
    }

    [Fact]
    public async Task A_revision_that_cannot_be_the_stable_one_is_refused_before_anything_is_made() =>
        Assert.Contains("microblog:stableRevision: '0000012' is no revision of mb-prod-apiservice.", await StackRun.RefusalAsync(StackFile.Read("prod").Set("stableRevision", "0000012")));

    [Fact]
    public async Task The_same_configuration_makes_no_new_revision_and_another_image_makes_one_of_its_service_only()
    {
        var (first, again, changed) = (await StackRun.OfAsync("prod"), await StackRun.RunAsync(StackFile.Read("prod")), await StackRun.RunAsync(StackFile.Read("prod").Set("images", Images(("feedworker", Other)))));

        Assert.Equal(Template(first, "apiservice"), Template(again, "apiservice"));
        Assert.Equal(Template(first, "feedworker"), Template(again, "feedworker"));
        Assert.Equal(Template(first, "apiservice"), Template(changed, "apiservice"));
        Assert.NotEqual(Template(first, "feedworker"), Template(changed, "feedworker"));
    }

    [Fact]
    public async Task The_migration_waits_for_whoever_starts_it_and_is_there_before_the_services()
    {
        var run = await StackRun.OfAsync("prod");

        var job = run.One("app:Job", "migrations");
        Assert.Equal(("Manual", 0.0, 14400.0), (job.Text("configuration.triggerType"), job["configuration.replicaRetryLimit"], job["configuration.replicaTimeout"]));
        foreach (var app in new[] { "apiservice", "feedworker" })
        {
            Assert.Contains("migrations", await DependenciesAsync(run.One(App, app)));
        }
        Assert.Contains("pull-apiservice-role", await DependenciesAsync(run.One(App, "apiservice")));
        Assert.Contains("secret-connection-redis-apiservice-role", await DependenciesAsync(run.One(App, "apiservice")));
        Assert.Contains(await DependenciesAsync(job), name => name.StartsWith("database-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_up_makes_the_environment_only()
    {
        var run = await StackRun.RunAsync(StackFile.Read("prod").Set("deployApps", "false").Set("images", null));

        Assert.Single(run.All("app:ManagedEnvironment"));
        Assert.Empty(run.Workloads());
    }

    [Fact]
    public async Task The_second_up_makes_the_jobs_so_that_services_find_their_database()
    {
        var run = await StackRun.RunAsync(StackFile.Read("prod").Set("deployApps", "false").Set("images", JsonSerializer.Serialize(new Dictionary<string, string> { ["migrations"] = Other })));

        Assert.EndsWith($"@{Other}", run.One("app:Job").Text("template.containers.0.image"), StringComparison.Ordinal);
        Assert.Equal("collector", run.One(App).Name);
    }

    private static string Images(params (string Service, string Digest)[] changes)
    {
        var images = Contracts.Committed.Services.ToDictionary(service => service.Name, _ => StackFile.Digest);
        foreach (var (service, digest) in changes)
        {
            images[service] = digest;
        }
        return JsonSerializer.Serialize(images);
    }

    private static (object?, object?) Share(Provisioned app, int index) => (app[$"configuration.ingress.traffic.{index}.latestRevision"], app[$"configuration.ingress.traffic.{index}.weight"]);

    private static IReadOnlyList<(string, string)> Template(StackRun run, string app) => [.. run.One(App, app).Texts().Where(text => text.Path.StartsWith("template", StringComparison.Ordinal)).OrderBy(text => text.Path, StringComparer.Ordinal)];

    private static async Task<IReadOnlyList<string>> DependenciesAsync(Provisioned one) =>
        [.. ((IEnumerable<Pulumi.Resource>)(await Secrecy.ValueAsync(one.Options!.DependsOn))!).Select(resource => resource.GetResourceName())];
}
