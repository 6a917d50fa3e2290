using System.Text.RegularExpressions;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

/// <summary>What the deployed script does, run for real against an Azure CLI that only pretends.</summary>
public sealed partial class RestoreDrillScriptTests
{
    [Fact]
    public async Task It_restores_then_verifies_then_removes_and_tells_how_long_that_took()
    {
        var run = await DrillRun.RunAsync();

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["login", "restore", "verify", "ask for verify-1", "delete endpoint", "delete server"], run.Calls);
        Assert.Empty(run.Left);
        Assert.Equal(("passed", "", "prod", "True"), (run["result"], run["reason"], run["stack"], run["removed"]));
        Assert.Equal("2026-11-07T03:45:00Z", run["restorePoint"]);
        Assert.InRange(run.Result.GetProperty("restoreSeconds").GetInt32(), 600, 620);
        Assert.InRange(run.Result.GetProperty("verifySeconds").GetInt32(), 600, 620);
        Assert.InRange(run.Result.GetProperty("totalSeconds").GetInt32(), 1_200, 1_240);
    }

    [Fact]
    public async Task What_the_last_drill_left_is_removed_first()
    {
        var run = await DrillRun.RunAsync(("LEFT", "endpoint server"));

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["login", "delete endpoint", "delete server", "restore"], run.Calls.Take(4));
    }

    [Fact]
    public async Task What_cannot_be_removed_first_keeps_it_from_restoring()
    {
        var run = await DrillRun.RunAsync(("LEFT", "server"), ("DELETE", "ignored"), ("REMOVE_SECONDS", "10"));

        Assert.Equal((1, "failed", "what an earlier drill left could not be removed"), (run.ExitCode, run["result"], run["reason"]));
        Assert.Equal(["login", "delete server"], run.Calls);
    }

    [Fact]
    public async Task A_server_that_no_drill_made_stays_even_under_the_name_of_one()
    {
        var run = await DrillRun.RunAsync(("LEFT", "server"), ("TAG", "production"));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["login"], run.Calls);
        Assert.Equal(["server"], run.Left);
    }

    [Theory]
    [InlineData("SERVER", "mb-prod-postgres-1a2b3")]
    [InlineData("SERVER", "mb-prod-drill-postgres-1a2b3")]
    [InlineData("SERVER", "mb-prod-drill-1a2b3/databases/microblog")]
    [InlineData("ENDPOINT", "mb-prod-database-primary-endpoint")]
    [InlineData("GROUP", "MB-prod-data")]
    public async Task It_touches_nothing_when_what_it_is_given_is_no_drill(string name, string value)
    {
        var run = await DrillRun.RunAsync((name, value), ("LEFT", "endpoint server"));

        Assert.Equal((1, "failed"), (run.ExitCode, run["result"]));
        Assert.Contains("drill", run["reason"], StringComparison.Ordinal);
        Assert.Empty(run.Calls);
        Assert.Equal(["endpoint", "server"], run.Left);
    }

    [Fact]
    public async Task A_restore_that_fails_is_cleaned_up_and_not_verified()
    {
        var run = await DrillRun.RunAsync(("RESTORE", "fails"));

        Assert.Equal((1, "failed", "the restore failed"), (run.ExitCode, run["result"], run["reason"]));
        Assert.Equal(["login", "restore", "delete server"], run.Calls);
        Assert.Empty(run.Left);
    }

    [Fact]
    public async Task A_restore_that_does_not_end_is_cancelled_and_cleaned_up()
    {
        var run = await DrillRun.RunAsync(("RESTORE", "hangs"));

        Assert.Equal((1, "the restore took longer than the limit"), (run.ExitCode, run["reason"]));
        Assert.Equal(["login", "restore", "cancel", "delete server"], run.Calls);
        Assert.Empty(run.Left);
    }

    [Fact]
    public async Task A_drill_that_is_stopped_from_outside_still_removes_what_it_restored()
    {
        var run = await DrillRun.RunAsync(("RESTORE", "interrupted"));

        Assert.Equal((1, "the drill was stopped", "True"), (run.ExitCode, run["reason"], run["removed"]));
        Assert.Empty(run.Left);
    }

    [Fact]
    public async Task A_database_that_is_not_sound_fails_the_drill()
    {
        var run = await DrillRun.RunAsync(("VERIFY", "Failed"));

        Assert.Equal((1, "failed", "the restored database is not sound: execution verify-1 says why"), (run.ExitCode, run["result"], run["reason"]));
        Assert.Equal(2, run.Calls.Count(call => call == "verify"));
        Assert.Equal(["delete endpoint", "delete server"], run.Calls.TakeLast(2));
        Assert.Empty(run.Left);
    }

    [Fact]
    public async Task A_verification_that_came_too_early_is_started_once_more()
    {
        var run = await DrillRun.RunAsync(("VERIFY", "Failed"), ("VERIFY_AGAIN", "Succeeded"));

        Assert.Equal((0, "passed", ""), (run.ExitCode, run["result"], run["reason"]));
        Assert.Equal(2, run.Calls.Count(call => call == "verify"));
    }

    [Fact]
    public async Task A_verification_that_does_not_end_is_waited_for_until_the_limit_and_no_longer()
    {
        var run = await DrillRun.RunAsync(("VERIFY", "Running"));

        Assert.Equal((1, "the verification was not done within the limit"), (run.ExitCode, run["reason"]));
        Assert.InRange(run.Calls.Count(call => call == "ask for verify-1"), 5, 12);
        Assert.Empty(run.Left);
    }

    [Fact]
    public async Task A_sound_database_that_came_too_late_fails_the_drill()
    {
        var run = await DrillRun.RunAsync(("TAKES", "7201"));

        Assert.Equal((1, "failed", "the drill took longer than the limit"), (run.ExitCode, run["result"], run["reason"]));
        Assert.Contains("verify", run.Calls);
        Assert.Empty(run.Left);
    }

    [Fact]
    public async Task A_server_that_cannot_be_removed_fails_the_drill_however_well_it_went()
    {
        var run = await DrillRun.RunAsync(("DELETE", "ignored"), ("REMOVE_SECONDS", "10"));

        Assert.Equal((1, "failed", "the restored server could not be removed", "False"), (run.ExitCode, run["result"], run["reason"], run["removed"]));
    }

    [Fact]
    public async Task A_verification_that_is_started_without_an_answer_is_found()
    {
        var run = await DrillRun.RunAsync(("EXECUTION", ""));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("ask for verify-2", run.Calls);
    }

    [Fact]
    public async Task Without_a_log_in_it_gives_up_and_says_so()
    {
        var run = await DrillRun.RunAsync(("LOGIN", "fails"));

        Assert.Equal((1, "the identity of the drill cannot log in"), (run.ExitCode, run["reason"]));
        Assert.Equal(Enumerable.Repeat("login", 5), run.Calls);
    }

    [Fact]
    public async Task The_query_for_alerts_reads_what_the_script_prints()
    {
        var run = await DrillRun.RunAsync();
        var query = Microblog.Infra.Components.RestoreDrill.Query("prod");
        var asked = Member().Matches(query).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.StartsWith(Start().Match(query).Groups[1].Value, run.Line, StringComparison.Ordinal);
        Assert.Equal(8, asked.Count);
        Assert.All(asked, member => Assert.True(run.Result.TryGetProperty(member, out _), member));
    }

    [Fact]
    public async Task Nothing_in_it_is_expanded_by_the_platform_before_the_shell_sees_it()
    {
        var job = (await StackRun.OfAsync("prod")).One("app:Job", "restore-drill");
        var script = Assert.Single(job.List("template.containers.0.args")).ToString()!;
        var names = DrillRun.Environment(job).Keys;

        Assert.DoesNotContain("$$", script, StringComparison.Ordinal);
        Assert.DoesNotContain(Reference().Matches(script), match => names.Contains(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Drill\.(\w+)")]
    private static partial Regex Member();

    [GeneratedRegex("startswith '([^']+)'")]
    private static partial Regex Start();

    [GeneratedRegex(@"\$\(([^)]*)\)")]
    private static partial Regex Reference();
}
