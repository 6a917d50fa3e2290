using System.Diagnostics;
using System.Net;
using Microblog.ApiService.Database;
using Microblog.ApiService.OAuth;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.OAuth;

public sealed class RevocationTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Who = "/api/v1/accounts/verify_credentials";

    [Fact]
    public async Task A_revoked_token_is_refused_at_once_and_revoking_it_again_is_fine()
    {
        var (flow, client) = await TokenAsync();

        var first = await flow.RevokeAsync(client.Token!);
        var refused = await client.GetAsync(Who);
        var second = await flow.RevokeAsync(client.Token!);

        Assert.Equal((HttpStatusCode.OK, "{}"), (first.Status, first.Text));
        Assert.Equal((HttpStatusCode.Unauthorized, "The access token is invalid"), (refused.Status, refused.Error));
        Assert.Equal((HttpStatusCode.OK, "{}"), (second.Status, second.Text));
    }

    [Fact]
    public async Task Only_the_client_that_got_a_token_can_revoke_it()
    {
        var (flow, client) = await TokenAsync();
        var other = await Flow.RegisterAsync(fixture.Api.Address);

        foreach (var answer in new[] { await other.RevokeAsync(client.Token!), await (flow with { ClientSecret = "wrong" }).RevokeAsync(client.Token!), await flow.RevokeAsync("") })
        {
            Assert.Equal((HttpStatusCode.Forbidden, "unauthorized_client"), (answer.Status, answer.Error));
            Assert.Equal("You are not authorized to revoke this token", answer["error_description"].GetString());
        }
        (await client.GetAsync(Who)).Ok();
        Assert.Equal("{}", (await flow.RevokeAsync("made-up")).Ok().Text);
    }

    [Fact]
    public async Task Another_process_hears_of_it_within_a_second()
    {
        await using var other = await ApiHost.StartAsync(fixture.Sandbox);
        await RevokedWithinASecondAsync(other);
    }

    [Fact]
    public async Task Another_process_hears_of_it_within_a_second_when_redis_is_dead()
    {
        await using var other = await ApiHost.StartAsync(fixture.Sandbox, $"--ConnectionStrings:redis=127.0.0.1:{Gate.DeadPort()},abortConnect=false");
        await RevokedWithinASecondAsync(other);
    }

    [Fact]
    public async Task Another_process_hears_of_it_within_a_second_when_nobody_wakes_it()
    {
        await using var other = await ApiHost.StartAsync(fixture.Sandbox);
        await ReplaceTriggerAsync("");
        await RevokedWithinASecondAsync(other);
        await ReplaceTriggerAsync("NOTIFY token_revocations;");
    }

    [Fact]
    public async Task A_process_that_starts_later_knows_it_from_the_first_request()
    {
        var (flow, client) = await TokenAsync();
        (await flow.RevokeAsync(client.Token!)).Ok();

        await using var later = await ApiHost.StartAsync(fixture.Sandbox);

        Assert.Equal(HttpStatusCode.Unauthorized, (await new Client(later.Address, client.Token).GetAsync(Who)).Status);
    }

    [Fact]
    public async Task A_revocation_that_commits_late_is_not_overlooked()
    {
        var (_, early) = await TokenAsync();
        var (flow, late) = await TokenAsync();
        await using var connection = await fixture.Sandbox.Primary.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "UPDATE access_tokens SET revoked_at = now() WHERE id = (SELECT max(id) FROM access_tokens)";
            await command.ExecuteNonQueryAsync();
        }
        // Begun later, committed earlier.
        await fixture.Sandbox.ExecuteAsync("UPDATE access_tokens SET revoked_at = now() WHERE id = @id", new { id = (await fixture.Api.Get<AccessTokens>().VerifyAsync(early.Token!, default))!.TokenId });
        await BecomesRefusedAsync(early);
        (await late.GetAsync(Who)).Ok();

        await transaction.CommitAsync();

        await BecomesRefusedAsync(late);
        (await flow.RevokeAsync(late.Token!)).Ok();
    }

    [Fact]
    public async Task Deleting_an_account_ends_its_tokens()
    {
        var (_, client) = await TokenAsync();
        var id = (await client.GetAsync(Who)).Ok().Id;

        await fixture.Sandbox.ExecuteAsync("DELETE FROM accounts WHERE id = @id", new { id });

        await BecomesRefusedAsync(client);
    }

    [Fact]
    public async Task Suspending_an_account_ends_its_tokens_and_its_browser_sessions()
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        var alice = await fixture.People.AliceAsync();
        using var browser = new Browser(fixture.Api.Address);
        await flow.AllowAsync(browser, alice);

        await fixture.Api.Get<Db>().WriteAsync(accountId: null, write => AccessTokens.RevokeAllAsync(write, alice.Id));

        await BecomesRefusedAsync(alice);
        Assert.Contains("user_password", (await browser.FollowAsync(flow.Ask())).Ok().Text);
    }

    [Fact]
    public async Task Who_listens_is_told_which_token_ended_in_whichever_process()
    {
        await using var other = await ApiHost.StartAsync(fixture.Sandbox);
        var (flow, client) = await TokenAsync();
        var there = new Client(other.Address, client.Token);
        // So that the process has read what was revoked before.
        (await there.GetAsync(Who)).Ok();
        var id = (await other.Get<AccessTokens>().FindAsync(client.Token!, default))!.TokenId!.Value;
        var heard = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        other.Get<RevokedTokens>().Revoked += token =>
        {
            if (token == id)
            {
                heard.TrySetResult(token);
                throw new InvalidOperationException("A listener that fails.");
            }
        };

        (await flow.RevokeAsync(client.Token!)).Ok();

        Assert.Equal(id, await heard.Task.WaitAsync(TimeSpan.FromSeconds(5)));
        var (nextFlow, next) = await TokenAsync();
        (await nextFlow.RevokeAsync(next.Token!)).Ok();
        await BecomesRefusedAsync(new Client(other.Address, next.Token));
    }

    [Fact]
    public async Task While_the_primary_is_away_tokens_are_good_and_revoked_ones_are_not()
    {
        var (flow, revoked) = await TokenAsync();
        (await flow.RevokeAsync(revoked.Token!)).Ok();
        var alice = await fixture.People.AliceAsync();
        await fixture.SettledAsync();

        await using var stranded = await ApiHost.StartAsync(fixture.Sandbox, $"--ConnectionStrings:microblog=Host=127.0.0.1;Port={Gate.DeadPort()};Database=none;Username=none");

        await Eventually.HoldsAsync("the replica to serve readers", async () => (await new Client(stranded.Address, alice.Token).GetAsync(Who)).Status is HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, (await new Client(stranded.Address, revoked.Token).GetAsync(Who)).Status);
    }

    [Fact]
    public async Task When_nobody_can_say_what_was_revoked_a_token_is_not_trusted()
    {
        var alice = await fixture.People.AliceAsync();
        var nowhere = $"Host=127.0.0.1;Port={Gate.DeadPort()};Database=none;Username=none";
        await using var stranded = await ApiHost.StartAsync(fixture.Sandbox, $"--ConnectionStrings:microblog={nowhere}", $"--ConnectionStrings:replica={nowhere}");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await new Client(stranded.Address, alice.Token).GetAsync(Who)).Status);
    }

    private Task<int> ReplaceTriggerAsync(string wakeUp) => fixture.Sandbox.ExecuteAsync(
        $"CREATE OR REPLACE FUNCTION revoke_token() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO token_revocations (token_id, key_id) VALUES (OLD.id, OLD.key_id) ON CONFLICT DO NOTHING; {wakeUp} RETURN NULL; END $$");

    private async Task RevokedWithinASecondAsync(ApiHost other)
    {
        for (var round = 0; round < 5; round++)
        {
            var (flow, client) = await TokenAsync();
            var there = new Client(other.Address, client.Token);
            (await there.GetAsync(Who)).Ok();

            (await flow.RevokeAsync(client.Token!)).Ok();
            var watch = Stopwatch.StartNew();
            await BecomesRefusedAsync(there);

            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }
    }

    private static Task BecomesRefusedAsync(Client client) =>
        Eventually.HoldsAsync("the token to be refused", async () => (await client.GetAsync(Who)).Status is HttpStatusCode.Unauthorized);

    private async Task<(Flow Flow, Client Client)> TokenAsync()
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        var alice = await fixture.People.AliceAsync();
        var answer = await fixture.Nobody.PostFormAsync(
            "/oauth/token", ("grant_type", "password"), ("client_id", flow.ClientId), ("client_secret", flow.ClientSecret), ("username", alice.Username), ("password", People.Password), ("scope", "read"));
        return (flow, new Client(fixture.Api.Address, answer.Ok()["access_token"].GetString()));
    }
}
