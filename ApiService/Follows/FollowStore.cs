using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Outbox;
using Microblog.Contracts;

namespace Microblog.ApiService.Follows;

/// <summary>Begins and ends follows and tells how two accounts stand to each other.</summary>
public sealed class FollowStore(Db db)
{
    /// <summary>Counts a follow on both sides. Locked in the order of ids: two accounts that follow each other at once must not wait for one another.</summary>
    private const string Count =
        """
        WITH both_sides AS (
            SELECT account_id FROM account_stats WHERE account_id IN (@follower, @followee) ORDER BY account_id FOR UPDATE)
        UPDATE account_stats t SET
            following_count = following_count + CASE WHEN t.account_id = @follower THEN @change ELSE 0 END,
            followers_count = followers_count + CASE WHEN t.account_id = @followee THEN @change ELSE 0 END
        FROM both_sides b WHERE t.account_id = b.account_id
        """;

    /// <summary>Follows, or changes the options of a follow that exists; null leaves an option as it is.</summary>
    public Task FollowAsync(long follower, long followee, bool? reblogs, bool? notify, string[]? languages, CancellationToken cancellationToken) => db.WriteAsync(follower, async write =>
    {
        const string Sql =
            """
            INSERT INTO follows (account_id, target_id, show_reblogs, notify, languages)
            VALUES (@follower, @followee, coalesce(@reblogs, true), coalesce(@notify, false), @languages)
            ON CONFLICT (account_id, target_id) DO UPDATE SET
                show_reblogs = coalesce(@reblogs, follows.show_reblogs),
                notify = coalesce(@notify, follows.notify),
                languages = coalesce(@languages, follows.languages)
            RETURNING xmax = 0
            """;
        // xmax = 0: the row is new, not updated.
        var isNew = await write.ScalarAsync<bool>(Sql, new { follower, followee, reblogs, notify, languages });
        if (isNew)
        {
            await write.ExecuteAsync(Count, new { follower, followee, change = 1 });
            await OutboxWriter.AddAsync(write, new FollowChanged(follower, followee));
        }
        return isNew;
    }, cancellationToken);

    /// <summary>Ends a follow; nothing happens when there is none.</summary>
    public Task UnfollowAsync(long follower, long followee, CancellationToken cancellationToken) => db.WriteAsync(follower, async write =>
    {
        var ended = await write.ExecuteAsync("DELETE FROM follows WHERE account_id = @follower AND target_id = @followee", new { follower, followee }) == 1;
        if (ended)
        {
            await write.ExecuteAsync(Count, new { follower, followee, change = -1 });
            await OutboxWriter.AddAsync(write, new FollowChanged(follower, followee));
        }
        return ended;
    }, cancellationToken);

    /// <summary>How the account stands to each of the others, in their order; unknown ids are skipped.</summary>
    public async Task<IReadOnlyList<RelationshipEntity>> RelationshipsAsync(long account, long[] others, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT a.id, f.target_id IS NOT NULL AS following, coalesce(f.show_reblogs, false) AS show_reblogs, coalesce(f.notify, false) AS notify, f.languages,
                EXISTS (SELECT FROM follows b WHERE b.account_id = a.id AND b.target_id = @account) AS followed_by
            FROM unnest(@others) WITH ORDINALITY AS o (id, position)
            JOIN accounts a ON a.id = o.id
            LEFT JOIN follows f ON f.account_id = @account AND f.target_id = a.id
            ORDER BY o.position
            """;
        var rows = await db.ReadAsync(account, connection => connection.ListAsync<RelationshipRow>(Sql, new { account, others }, cancellationToken), cancellationToken);
        return [.. rows.Select(row => new RelationshipEntity(
            row.Id.ToApi(), row.Following, row.ShowReblogs, row.Notify, row.Languages, row.FollowedBy,
            Blocking: false, BlockedBy: false, Muting: false, MutingNotifications: false, Requested: false, RequestedBy: false, DomainBlocking: false, Endorsed: false, Note: ""))];
    }

    private sealed record RelationshipRow(long Id, bool Following, bool ShowReblogs, bool Notify, string[]? Languages, bool FollowedBy);
}

/// <summary>https://docs.joinmastodon.org/entities/Relationship/</summary>
public sealed record RelationshipEntity(
    string Id, bool Following, bool ShowingReblogs, bool Notifying, string[]? Languages, bool FollowedBy,
    bool Blocking, bool BlockedBy, bool Muting, bool MutingNotifications, bool Requested, bool RequestedBy, bool DomainBlocking, bool Endorsed, string Note);
