using Microblog.ApiService.Statuses;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Statuses;

public sealed class ThreadTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Ancestors_go_from_the_root_to_the_parent_and_replies_depth_first_with_the_authors_own_first()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var root = await alice.PostAsync("Root");
        var parent = await bob.PostAsync("Parent", replyTo: root);
        var middle = await alice.PostAsync("Middle", replyTo: parent);
        var early = await bob.PostAsync("Early", replyTo: middle);
        var own = await alice.PostAsync("Own", replyTo: middle);
        var underEarly = await alice.PostAsync("Under early", replyTo: early);
        var underOwn = await bob.PostAsync("Under own", replyTo: own);
        await bob.PostAsync("Elsewhere", replyTo: root);
        await fixture.SettledAsync();

        foreach (var reader in new Client[] { alice, fixture.Nobody })
        {
            var context = (await reader.GetAsync($"/api/v1/statuses/{middle}/context")).Ok();

            Assert.Equal([root, parent], context["ancestors"].EnumerateArray().Select(Answer.IdOf));
            Assert.Equal([own, underOwn, early, underEarly], context["descendants"].EnumerateArray().Select(Answer.IdOf));
        }
    }

    [Fact]
    public async Task What_the_viewer_may_not_or_does_not_want_to_see_is_left_out_but_not_its_siblings_and_replies()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var root = await carol.PostAsync("Root");
        var middle = await alice.PostAsync("Middle", replyTo: root);
        var hidden = await bob.PostAsync("Hidden", "private", replyTo: middle);
        var underHidden = await bob.PostAsync("Under hidden", replyTo: hidden);
        var blocked = await carol.PostAsync("Blocked", replyTo: middle);
        var underBlocked = await alice.PostAsync("Under blocked", replyTo: blocked);
        await fixture.Sandbox.ExecuteAsync("INSERT INTO mutes (account_id, target_id) VALUES (@Id, @Other)", new { alice.Id, Other = carol.Id });
        await fixture.SettledAsync();

        var ofAlice = (await alice.GetAsync($"/api/v1/statuses/{middle}/context")).Ok();
        var ofBob = (await bob.GetAsync($"/api/v1/statuses/{middle}/context")).Ok();

        Assert.Empty(ofAlice["ancestors"].EnumerateArray());
        Assert.Equal([underHidden, underBlocked], ofAlice["descendants"].EnumerateArray().Select(Answer.IdOf));
        Assert.Equal([root], ofBob["ancestors"].EnumerateArray().Select(Answer.IdOf));
        Assert.Equal([hidden, underHidden, blocked, underBlocked], ofBob["descendants"].EnumerateArray().Select(Answer.IdOf));
    }

    [Fact]
    public async Task Strangers_get_a_part_of_a_long_thread_and_accounts_get_all_of_it()
    {
        var alice = await fixture.People.AliceAsync();
        var first = await alice.PostAsync("Number 0");
        await fixture.Sandbox.ExecuteAsync(
            """
            DO $$
            DECLARE parent bigint; author bigint;
            BEGIN
                SELECT id, account_id INTO parent, author FROM statuses ORDER BY id DESC LIMIT 1;
                FOR i IN 1..150 LOOP
                    INSERT INTO statuses (account_id, text, visibility, in_reply_to_id, in_reply_to_account_id, conversation_id) VALUES (author, 'Number ' || i, 0, parent, author, parent) RETURNING id INTO parent;
                END LOOP;
            END $$
            """);
        await fixture.SettledAsync();
        var chain = await fixture.Sandbox.ListAsync<long>("SELECT id FROM statuses WHERE account_id = @Id ORDER BY id", new { alice.Id });

        var stranger = (await fixture.Nobody.GetAsync($"/api/v1/statuses/{chain[75]}/context")).Ok();
        var member = (await alice.GetAsync($"/api/v1/statuses/{chain[75]}/context")).Ok();

        Assert.Equal(first, chain[0]);
        Assert.Equal(chain[35..75], stranger["ancestors"].EnumerateArray().Select(Answer.IdOf));
        Assert.Equal(chain[76..96], stranger["descendants"].EnumerateArray().Select(Answer.IdOf));
        Assert.Equal(chain[..75], member["ancestors"].EnumerateArray().Select(Answer.IdOf));
        Assert.Equal(chain[76..], member["descendants"].EnumerateArray().Select(Answer.IdOf));
    }

    [Fact]
    public async Task Strangers_get_sixty_replies_at_most()
    {
        var alice = await fixture.People.AliceAsync();
        var root = await alice.PostAsync("Root");
        await fixture.Sandbox.ExecuteAsync("INSERT INTO statuses (account_id, text, visibility, in_reply_to_id, in_reply_to_account_id) SELECT @Id, 'Reply ' || i, 0, @root, @Id FROM generate_series(1, 100) i", new { alice.Id, root });
        await fixture.SettledAsync();

        Assert.Equal(60, (await fixture.Nobody.GetAsync($"/api/v1/statuses/{root}/context")).Ok()["descendants"].GetArrayLength());
        Assert.Equal(100, (await alice.GetAsync($"/api/v1/statuses/{root}/context")).Ok()["descendants"].GetArrayLength());
    }

    [Fact]
    public void A_thread_of_thousands_of_levels_is_put_in_order_without_recursion()
    {
        var rows = Enumerable.Range(2, 50_000).Select(id => new ThreadRow(id, id - 1, id, 1, IsSelfReply: true, IsShown: true));

        Assert.Equal(Enumerable.Range(2, 50_000).Select(id => (long)id), StatusThread.InOrder(1, rows).Select(row => row.Id));
    }
}
