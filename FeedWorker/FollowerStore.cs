using Dapper;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.FeedWorker;

/// <summary>
/// Reads what a fan-out needs, from the primary: the replica may not have the status yet that the message tells of, and a status
/// that is not found counts as deleted.
/// </summary>
public sealed class FollowerStore(NpgsqlDataSource primary)
{
    /// <summary>The status as far as the fan-out is concerned; null when it is gone.</summary>
    public async Task<FanOutStatus?> StatusAsync(long statusId, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT s.id, s.account_id, s.visibility, t.followers_count, a.merged_since,
                (SELECT count(*) FROM (
                    SELECT FROM status_hashtags h JOIN tag_follows f ON f.hashtag = h.hashtag
                    WHERE h.status_id = s.id AND s.visibility = 0 AND s.reblog_of_id IS NULL LIMIT @bound) x) AS tag_followers
            FROM statuses s JOIN accounts a ON a.id = s.account_id JOIN account_stats t ON t.account_id = s.account_id
            WHERE s.id = @statusId
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<FanOutStatus>(new CommandDefinition(Sql, new { statusId, bound = FanOutLimits.SliceSize + 1 }, cancellationToken: cancellationToken));
    }

    /// <summary>Marks an author as merged at read from now on, and returns since when that holds.</summary>
    public async Task<DateTime> MergeAtReadAsync(long author, CancellationToken cancellationToken)
    {
        const string Sql = "UPDATE accounts SET merged_since = coalesce(merged_since, now()) WHERE id = @author RETURNING merged_since";
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<DateTime>(new CommandDefinition(Sql, new { author }, cancellationToken: cancellationToken));
    }

    /// <summary>Since when an author is merged at read; null when pushed, or gone.</summary>
    public async Task<DateTime?> MergedSinceAsync(long author, CancellationToken cancellationToken)
    {
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<DateTime?>(new CommandDefinition("SELECT merged_since FROM accounts WHERE id = @author", new { author }, cancellationToken: cancellationToken));
    }

    /// <summary>Accounts with ids in (after, through] whose list holds the status: followers of its author, unless the slice is for tags only, and of its hashtags. A slice that grew since it was cut may hold more than <see cref="FanOutLimits.SliceSize"/>.</summary>
    public Task<IReadOnlyList<long>> RecipientsAsync(TimelineSlice slice, CancellationToken cancellationToken) => ListAsync(
        $"""
        SELECT f.account_id
        FROM statuses s JOIN follows f ON f.target_id = s.account_id
        WHERE NOT @TagsOnly AND s.id = @StatusId AND f.account_id > @After AND f.account_id <= @Through AND {HomeRules.Shows("f.account_id")}
        UNION
        SELECT f.account_id
        FROM statuses s JOIN status_hashtags h ON h.status_id = s.id JOIN tag_follows f ON f.hashtag = h.hashtag
        WHERE s.id = @StatusId AND s.visibility = 0 AND s.reblog_of_id IS NULL AND f.account_id > @After AND f.account_id <= @Through
        """, slice, cancellationToken);

    /// <summary>Followers with ids in (after, through], for taking out a status that is gone and can no longer be asked who saw it.</summary>
    public Task<IReadOnlyList<long>> FollowersAsync(TimelineSlice slice, CancellationToken cancellationToken) =>
        ListAsync("SELECT account_id FROM follows WHERE target_id = @AuthorId AND account_id > @After AND account_id <= @Through", slice, cancellationToken);

    /// <summary>Upper bounds that cut the recipients of a fan-out into slices of <see cref="FanOutLimits.SliceSize"/>; the last one is open.</summary>
    public async Task<IReadOnlyList<long>> BoundsAsync(TimelineSlice whole, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT account_id FROM (
                SELECT account_id, row_number() OVER (ORDER BY account_id) AS position FROM (
                    SELECT account_id FROM follows WHERE target_id = @AuthorId AND NOT @TagsOnly
                    UNION
                    SELECT f.account_id FROM status_hashtags h JOIN tag_follows f ON f.hashtag = h.hashtag WHERE h.status_id = @StatusId) r) f
            WHERE position % @size = 0
            ORDER BY account_id
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        var bounds = await connection.QueryAsync<long>(new CommandDefinition(
            Sql, new { whole.AuthorId, whole.StatusId, whole.TagsOnly, size = FanOutLimits.SliceSize }, cancellationToken: cancellationToken));
        return [.. bounds, long.MaxValue];
    }

    private async Task<IReadOnlyList<long>> ListAsync(string sql, TimelineSlice slice, CancellationToken cancellationToken)
    {
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<long>(new CommandDefinition(sql, new { slice.StatusId, slice.AuthorId, slice.After, slice.Through, slice.TagsOnly }, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>A status on its way to timelines.</summary>
/// <param name="Id">Id of the status.</param>
/// <param name="AccountId">Its author.</param>
/// <param name="Visibility">0 public, 1 unlisted, 2 private, 3 direct.</param>
/// <param name="FollowersCount">Followers of the author.</param>
/// <param name="MergedSince">UTC time since when the author is merged at read; null when pushed.</param>
/// <param name="TagFollowers">Followers of its hashtags, where it is public; not counted past one slice.</param>
public sealed record FanOutStatus(long Id, long AccountId, short Visibility, long FollowersCount, DateTime? MergedSince, long TagFollowers);
