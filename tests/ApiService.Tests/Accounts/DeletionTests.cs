using System.Net;
using Microblog.ApiService.Accounts.Deletion;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Accounts;

public sealed class DeletionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Without_the_password_nothing_is_deleted()
    {
        var alice = await fixture.People.AliceAsync();

        foreach (var fields in new object?[] { null, new { password = "wrong" } })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await alice.PostAsync("/api/v1/accounts/delete", fields)).Status);
        }

        (await alice.AccountAsync()).Ok();
    }

    [Fact]
    public async Task A_deleted_account_is_gone_for_everybody_at_once_and_its_name_stays_taken()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await bob.FollowAsync(alice);
        var status = await alice.PostAsync("Hello");

        Assert.Equal("{}", (await alice.PostAsync("/api/v1/accounts/delete", new { password = People.Password })).Ok().Text);
        await fixture.SettledAsync();

        foreach (var path in new[] { $"accounts/{alice.Id}", $"accounts/lookup?acct={alice.Username}", $"accounts/{alice.Id}/statuses", $"statuses/{status}" })
        {
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await bob.GetAsync($"/api/v1/{path}")).Status));
        }
        Assert.Equal(HttpStatusCode.NotFound, (await bob.DoAsync("follow", alice)).Status);
        Assert.DoesNotContain(status, await bob.HomeIdsAsync());
        Assert.DoesNotContain(status, (await bob.GetAsync("/api/v1/timelines/public")).Ok().Ids);
        Assert.Empty((await bob.GetAsync($"/api/v1/accounts/{bob.Id}/following")).Ok().Ids);
        Assert.NotEqual(HttpStatusCode.OK, (await alice.PostAsync("/api/v1/statuses", new { status = "Still here" })).Status);
        var application = await fixture.People.RegisterAsync(People.Scopes);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await application.Client.PostAsync("/api/v1/accounts",
            new { username = alice.Username, email = "new@example.org", password = People.Password, agreement = true, locale = "en" })).Status);
    }

    [Fact]
    public async Task Erasing_leaves_nothing_behind_and_corrects_the_counters_of_others()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        await bob.FollowAsync(alice);
        await carol.FollowAsync(alice);
        (await alice.DoAsync("mute", bob)).Ok();
        (await alice.DoAsync("note", carol, new { comment = "Friend" })).Ok();
        (await bob.DoAsync("note", alice, new { comment = "Friend" })).Ok();
        (await carol.DoAsync("block", bob)).Ok();
        var ofBob = await bob.PostAsync("Hello");
        await alice.PostStatusesAsync(3);
        await alice.PostAsync("Answer", replyTo: ofBob);
        await fixture.Sandbox.ExecuteAsync(
            """
            INSERT INTO favourites (account_id, status_id) VALUES (@Id, @ofBob);
            INSERT INTO status_stats (status_id, favourites_count) VALUES (@ofBob, 1) ON CONFLICT (status_id) DO UPDATE SET favourites_count = 1;
            INSERT INTO notifications (account_id, type, from_account_id) VALUES (@other, 'follow', @Id);
            INSERT INTO reports (account_id, target_id, category, assigned_to) VALUES (@other, @Id, 'spam', @Id), (@Id, @other, 'spam', NULL);
            """, new { alice.Id, ofBob, other = bob.Id });
        (await alice.PostAsync("/api/v1/accounts/delete", new { password = People.Password })).Ok();

        var erasure = fixture.Api.Get<AccountErasure>();
        // The service's own job may take a step at the same time.
        await Eventually.HoldsAsync("the erasure to end", async () =>
        {
            await erasure.RunOnceAsync(TestContext.Current.CancellationToken);
            return await fixture.Sandbox.ScalarAsync<bool>("SELECT erased_at IS NOT NULL FROM accounts WHERE id = @Id", new { alice.Id });
        });

        Assert.Equal((0, 0), await bob.CountsAsync());
        Assert.Equal((0, 0), await carol.CountsAsync());
        var status = (await bob.GetAsync($"/api/v1/statuses/{ofBob}")).Ok();
        Assert.Equal((0, 0), (status["favourites_count"].GetInt32(), status["replies_count"].GetInt32()));
        var references = await fixture.Sandbox.ListAsync<string>(
            """
            SELECT format('SELECT %L WHERE EXISTS (SELECT FROM %s WHERE %I = %s)', c.conrelid::regclass || '.' || k.attname, c.conrelid::regclass, k.attname, @Id)
            FROM pg_constraint c JOIN pg_attribute k ON k.attrelid = c.conrelid AND k.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND c.confrelid = 'accounts'::regclass AND cardinality(c.conkey) = 1
            """, new { alice.Id });
        var left = await fixture.Sandbox.ListAsync<string>(string.Join(" UNION ALL ", references));
        Assert.Equal(["account_stats.account_id", "reports.target_id"], left.Order());
        Assert.True(references.Count > 30);
    }

    [Fact]
    public async Task An_export_is_a_document_of_everything_the_account_owns_and_nothing_else()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        await carol.FollowAsync(alice);
        (await alice.DoAsync("mute", carol)).Ok();
        (await alice.DoAsync("block", await fixture.People.SignUpAsync("dave"))).Ok();
        var list = (await alice.PostAsync("/api/v1/lists", new { title = "Friends" })).Ok().Id;
        (await alice.PostAsync($"/api/v1/lists/{list}/accounts", new { account_ids = new[] { bob.Id } })).Ok();
        var statuses = new List<long> { await alice.PostAsync("A < B", "direct") };
        await fixture.Sandbox.ExecuteAsync("INSERT INTO statuses (account_id, text, visibility) SELECT @Id, 'No. ' || n, 0 FROM generate_series(1, 450) n", new { alice.Id });
        var liked = await bob.PostAsync("Like me");
        await fixture.Sandbox.ExecuteAsync("INSERT INTO favourites (account_id, status_id) VALUES (@Id, @liked); INSERT INTO bookmarks (account_id, status_id) VALUES (@Id, @liked)", new { alice.Id, liked });
        await carol.PostAsync("Not alice's");
        await fixture.SettledAsync();

        var export = (await alice.GetAsync("/api/v1/accounts/me/export")).Ok();

        Assert.Contains($"{alice.Username}.json", export.Header("Content-Disposition"), StringComparison.Ordinal);
        Assert.Equal($"{alice.Id}", export["account"].GetProperty("id").GetString());
        Assert.Equal(451, export["statuses"].GetArrayLength());
        Assert.All(export["statuses"].EnumerateArray(), status => Assert.Equal($"{alice.Id}", status.GetProperty("account").GetProperty("id").GetString()));
        Assert.Equal("A < B", export["statuses"][0].GetProperty("text").GetString());
        Assert.Equal(bob.Username, Assert.Single(export["following"].EnumerateArray()).GetProperty("acct").GetString());
        Assert.Equal(carol.Username, Assert.Single(export["followers"].EnumerateArray()).GetProperty("acct").GetString());
        Assert.Equal(carol.Username, Assert.Single(export["mutes"].EnumerateArray()).GetProperty("acct").GetString());
        Assert.Single(export["blocks"].EnumerateArray());
        Assert.Equal(bob.Username, Assert.Single(export["lists"].EnumerateArray()).GetProperty("members")[0].GetString());
        foreach (var links in new[] { "bookmarks", "favourites" })
        {
            Assert.EndsWith($"/@{bob.Username}/{liked}", Assert.Single(export[links].EnumerateArray()).GetProperty("url").GetString(), StringComparison.Ordinal);
        }
    }
}
