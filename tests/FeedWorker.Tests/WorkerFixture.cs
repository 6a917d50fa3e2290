using Microblog.Contracts;
using Microblog.TestSupport;

namespace Microblog.FeedWorker.Tests;

/// <summary>A sandbox with people and the parts of a worker, which tests call directly; nothing consumes by itself.</summary>
/// <param name="backends">The servers.</param>
public sealed class WorkerFixture(Backends backends) : IAsyncLifetime
{
    /// <summary>Database, cache and broker of the class.</summary>
    public Sandbox Sandbox { get; private set; } = null!;

    /// <summary>The worker's parts.</summary>
    public WorkerHost Worker { get; private set; } = null!;

    /// <summary>The lists that the worker writes.</summary>
    public HomeTimeline Home { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Sandbox = await Sandbox.CreateAsync(backends);
        Worker = WorkerHost.Build(Sandbox);
        Home = new HomeTimeline(Sandbox.Cache);
    }

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    /// <summary>Inserts accounts with empty, complete home lists and returns their ids.</summary>
    public async Task<List<long>> AccountsAsync(int count, bool withLists = true)
    {
        var ids = await Sandbox.ListAsync<long>(
            """
            WITH made AS (INSERT INTO accounts (username) SELECT 'u' || nextval('id_sequence') || '_' || i FROM generate_series(1, @count) i RETURNING id),
            counted AS (INSERT INTO account_stats (account_id) SELECT id FROM made)
            SELECT id FROM made ORDER BY id
            """, new { count });
        if (withLists)
        {
            await Task.WhenAll(ids.Select(EmptyListAsync));
        }
        return ids;
    }

    /// <summary>Gives an account an empty, complete home list.</summary>
    public async Task EmptyListAsync(long account)
    {
        await Home.BeginBuildAsync(account);
        await Home.EndBuildAsync(account, [], complete: true);
    }

    /// <summary>Inserts follows of one account by others, and counts them.</summary>
    public Task FollowAsync(long followee, params IEnumerable<long> followers) => Sandbox.ExecuteAsync(
        """
        INSERT INTO follows (account_id, target_id) SELECT id, @followee FROM unnest(@ids) AS id ON CONFLICT DO NOTHING;
        UPDATE account_stats SET followers_count = (SELECT count(*) FROM follows WHERE target_id = @followee) WHERE account_id = @followee;
        """, new { followee, ids = followers.ToArray() });

    /// <summary>Deletes a follow.</summary>
    public Task UnfollowAsync(long followee, long follower) =>
        Sandbox.ExecuteAsync("DELETE FROM follows WHERE account_id = @follower AND target_id = @followee", new { follower, followee });

    /// <summary>Inserts a status and returns its id.</summary>
    public async Task<long> StatusAsync(long author, short visibility = 0, long? replyTo = null, params long[] mentions) => await Sandbox.ScalarAsync<long>(
        """
        WITH made AS (
            INSERT INTO statuses (id, account_id, text, visibility, in_reply_to_id, in_reply_to_account_id, conversation_id)
            SELECT n.id, @author, 'text', @visibility, @replyTo, p.account_id, coalesce(p.conversation_id, n.id)
            FROM (SELECT next_id() AS id) n LEFT JOIN statuses p ON p.id = @replyTo RETURNING id),
        mentioned AS (INSERT INTO mentions (account_id, status_id) SELECT m, made.id FROM made, unnest(@mentions) AS m)
        SELECT id FROM made
        """, new { author, visibility, replyTo, mentions });

    /// <summary>Inserts a reblog and returns its id.</summary>
    public async Task<long> ReblogAsync(long author, long original) => await Sandbox.ScalarAsync<long>(
        """
        INSERT INTO statuses (account_id, text, visibility, reblog_of_id, reblog_of_account_id)
        SELECT @author, '', 0, s.id, s.account_id FROM statuses s WHERE s.id = @original RETURNING id
        """, new { author, original });

    /// <summary>Inserts a status and has the worker spread it.</summary>
    public async Task<long> PostAsync(long author, short visibility = 0, long? replyTo = null, params long[] mentions)
    {
        var id = await StatusAsync(author, visibility, replyTo, mentions);
        await PostedAsync(author, id);
        return id;
    }

    /// <summary>Has the worker spread a status.</summary>
    public Task PostedAsync(long author, long status) => Worker.HandleAsync(new StatusPosted(status, author, DateTimeOffset.UtcNow));

    /// <summary>Ids of an account's home list as a reader sees them.</summary>
    public async Task<List<long>> ListAsync(long account) => [.. (await Home.ReadAsync(account, count: null)).Ids];

    /// <summary>Types and senders of an account's notifications, oldest first.</summary>
    public Task<List<(string Type, long From)>> NotificationsAsync(long account) =>
        Sandbox.ListAsync<(string, long)>("SELECT type, from_account_id FROM notifications WHERE account_id = @account ORDER BY id", new { account });
}
