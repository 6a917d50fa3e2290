namespace Microblog.Infra.Tests.Deploy;

/// <summary>The order in which a release changes things, and the way back.</summary>
public sealed class ReleaseTests : IDisposable
{
    private readonly Cloud _cloud = new();

    public static TheoryData<string, string> Trouble => new()
    {
        { "az monitor metrics list*", Cloud.Requests(failed: 12, good: 900) },
        { "az rest*alerts*", """echo '{"value":[{"properties":{"essentials":{"severity":"Sev1","startDateTime":"9999-01-01T00:00:00Z","alertRule":"/subscriptions/s/resourceGroups/MB-PROD-APP/providers/x/mb-prod-slo-home-fast"}}}]}'""" },
        { "curl*", "exit 22" },
        { "az monitor metrics list*", "exit 1" },
    };

    [Fact]
    public async Task A_release_migrates_first_starts_without_requests_shifts_them_in_steps_and_leaves_one_revision()
    {
        var (exit, _, errors) = await _cloud.RunAsync("release", ["prod", _cloud.Images]);

        Assert.True(exit == 0, errors);
        Assert.Equal(
        [
            $"config set images.apiservice {Cloud.Old}", $"config set images.feedworker {Cloud.Old}", "config rm stableRevision", "config rm newRevisionWeight",
            $"config set images.migrations {Cloud.New}", "up --message jobs of a new release",
            "az containerapp job start --name mb-prod-migrations --query name --output tsv",
            $"config set images.migrations {Cloud.New}", $"config set images.apiservice {Cloud.New}", $"config set images.feedworker {Cloud.New}", "config rm deployApps",
            $"config set stableRevision {Cloud.Stable}", "config set newRevisionWeight 0", "up --message new images, without requests",
            Traffic(10), Traffic(50), Traffic(100),
            "config rm stableRevision", "config rm newRevisionWeight", "up --message one revision again",
        ], _cloud.Changes);
        Assert.False(Directory.Exists(_cloud.Notes));
    }

    [Theory]
    [MemberData(nameof(Trouble))]
    public async Task A_new_revision_that_does_badly_loses_its_requests_at_once_and_the_old_images_come_back(string question, string answer)
    {
        _cloud.Answer(question, answer);

        var (exit, _, errors) = await _cloud.RunAsync("release", ["prod", _cloud.Images]);

        Assert.NotEqual(0, exit);
        Assert.Contains($"{Cloud.Newest} is not good at 10 % of the requests", errors, StringComparison.Ordinal);
        Assert.Equal(
        [
            Traffic(10), Traffic(0), Traffic(0), $"az containerapp revision deactivate --name mb-prod-apiservice --revision {Cloud.Newest}",
            $"config set images.migrations {Cloud.Old}", $"config set images.apiservice {Cloud.Old}", $"config set images.feedworker {Cloud.Old}",
            $"config set stableRevision {Cloud.Stable}", "config set newRevisionWeight 0", "up --message images of before the release",
            "config rm stableRevision", "config rm newRevisionWeight", "up --message one revision again",
        ], _cloud.Changes.SkipWhile(call => call != Traffic(10)));
    }

    [Fact]
    public async Task Trouble_of_a_few_or_from_before_or_of_another_stack_stops_nothing()
    {
        _cloud.Answer("az monitor metrics list*", Cloud.Requests(failed: 4, good: 10));
        _cloud.Answer("az rest*alerts*",
            """
            echo '{"value":[
              {"properties":{"essentials":{"severity":"Sev1","startDateTime":"2020-01-01T00:00:00Z","alertRule":"/subscriptions/s/resourceGroups/mb-prod-app/providers/x/old"}}},
              {"properties":{"essentials":{"severity":"Sev0","startDateTime":"9999-01-01T00:00:00Z","alertRule":"/subscriptions/s/resourceGroups/mb-dev-app/providers/x/other"}}},
              {"properties":{"essentials":{"severity":"Sev3","startDateTime":"9999-01-01T00:00:00Z","alertRule":"/subscriptions/s/resourceGroups/mb-prod-app/providers/x/mild"}}}]}'
            """);

        var (exit, _, errors) = await _cloud.RunAsync("release", ["prod", _cloud.Images]);

        Assert.True(exit == 0, errors);
    }

    [Theory]
    [InlineData("echo Failed", "has ended with Failed")]
    [InlineData("echo Running", "is not done after 0 seconds (Running)")]
    [InlineData("exit 1", "is not done after 0 seconds (Unknown)")]
    public async Task Without_a_migration_that_ended_well_nothing_else_is_touched(string execution, string reason)
    {
        _cloud.Answer("az containerapp job execution show*", execution);

        var (exit, _, errors) = await _cloud.RunAsync("release", ["prod", _cloud.Images]);

        Assert.NotEqual(0, exit);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
        Assert.Contains("no new image was started", errors, StringComparison.Ordinal);
        Assert.Equal("az containerapp job start --name mb-prod-migrations --query name --output tsv", _cloud.Changes[^1]);
    }

    [Theory]
    [InlineData("Provisioned", "ActivationFailed", "Unhealthy", "does not start")]
    [InlineData("Provisioned", "Running", "Unhealthy", "is not healthy after 0 seconds")]
    [InlineData("Provisioning", "Processing", "None", "is not healthy after 0 seconds")]
    public async Task A_revision_that_does_not_become_healthy_gets_no_request(string provisioning, string running, string health, string reason)
    {
        _cloud.Answer($"az containerapp revision show*{Cloud.Newest}*",
            $$$"""[ -e "{{{_cloud.Notes}}}/seen" ] && health=Healthy running=Running provisioning=Provisioned || health={{{health}}} running={{{running}}} provisioning={{{provisioning}}}; touch "{{{_cloud.Notes}}}/seen"; echo "{\"properties\":{\"provisioningState\":\"$provisioning\",\"runningState\":\"$running\",\"healthState\":\"$health\",\"replicas\":3}}" """);

        var (exit, _, errors) = await _cloud.RunAsync("release", ["prod", _cloud.Images]);

        Assert.NotEqual(0, exit);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Traffic(10), _cloud.Changes);
        Assert.Contains("prod is back where it was", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_release_migrates_before_any_service_is_there_and_shifts_nothing()
    {
        _cloud.ServesNothing();

        var (exit, _, errors) = await _cloud.RunAsync("release", ["prod", _cloud.Images]);

        Assert.True(exit == 0, errors);
        Assert.Equal(
        [
            "config set deployApps false", $"config set images.migrations {Cloud.New}", "up --message jobs of a new release",
            "az containerapp job start --name mb-prod-migrations --query name --output tsv",
        ], _cloud.Changes.Take(4));
        Assert.DoesNotContain(_cloud.Changes, change => change.Contains("traffic", StringComparison.Ordinal) || change.Contains("config set stableRevision", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_is_new_starts_when_the_migration_has_let_it_in_and_not_before()
    {
        _cloud.Answer("az containerapp list*", "printf 'mb-prod-apiservice\\nmb-prod-collector\\n'");

        var (exit, _, errors) = await _cloud.RunAsync("release", ["prod", _cloud.Images]);

        Assert.True(exit == 0, errors);
        var changes = _cloud.Changes.ToList();
        var migrated = changes.FindIndex(change => change.StartsWith("az containerapp job start", StringComparison.Ordinal));
        Assert.InRange(changes.IndexOf("config set images.feedworker later"), 0, migrated);
        Assert.True(changes.IndexOf($"config set images.feedworker {Cloud.New}") > migrated);
    }

    [Fact]
    public async Task A_service_that_was_new_goes_again_when_the_release_is_taken_back()
    {
        _cloud.Answer("az containerapp list*", "printf 'mb-prod-apiservice\\nmb-prod-collector\\n'");
        _cloud.Answer("az monitor metrics list*", Cloud.Requests(failed: 12, good: 900));
        // Where there is none, nobody waits for it.
        _cloud.Answer("az containerapp show*feedworker*", $"[ -e \"{_cloud.Notes}/seen\" ] && exit 1; touch \"{_cloud.Notes}/seen\"; echo mb-prod-feedworker--0000001");

        var (exit, _, errors) = await _cloud.RunAsync("release", ["prod", _cloud.Images]);

        Assert.NotEqual(0, exit);
        Assert.Contains("prod is back where it was", errors, StringComparison.Ordinal);
        Assert.Equal("config set images.feedworker later", _cloud.Changes.Last(change => change.StartsWith("config set images.feedworker", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("az containerapp list*")]
    [InlineData("az containerapp revision list*")]
    public async Task An_Azure_that_does_not_answer_is_not_taken_for_an_empty_one(string question)
    {
        _cloud.Answer(question, "exit 1");

        var (exit, _, _) = await _cloud.RunAsync("begin", ["prod", _cloud.Images]);

        Assert.NotEqual(0, exit);
        Assert.Empty(_cloud.Changes);
    }

    [Fact]
    public async Task Going_back_again_does_no_harm()
    {
        var (exit, _, errors) = await _cloud.RunAsync("roll-back", ["prod"]);

        Assert.True(exit == 0, errors);
        Assert.Empty(_cloud.Changes);
    }

    public void Dispose() => _cloud.Dispose();

    private static string Traffic(int percent) => $"az containerapp ingress traffic set --name mb-prod-apiservice --revision-weight {Cloud.Stable}={100 - percent} latest={percent}";
}
