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
            SELECT s.id, s.account_id, s.visibility, t.followers_count, a.merged_since
            FROM statuses s JOIN accounts a ON a.id = s.account_id JOIN account_stats t ON t.account_id = s.account_id
            WHERE s.id = @statusId
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<FanOutStatus>(new CommandDefinition(Sql, new { statusId }, cancellationToken: cancellationToken));
    }

    /// <summary>Marks an author as merged at read from now on, and returns since when that holds.</summary>
    public async Task<DateTime> MergeAtReadAsync(long author, CancellationToken cancellationToken)
    {
        const string Sql = "UPDATE accounts SET merged_since = coalesce(merged_since, now()) WHERE id = @author RETURNING merged_since";
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<DateTime>(new CommandDefinition(Sql, new { author }, cancellationToken: cancellationToken));
    }

    /// <summary>Followers with ids in (after, through] whose home shows the status, at most <see cref="FanOutLimits.SliceSize"/> + slack of a slice that grew since it was cut.</summary>
    public async Task<IReadOnlyList<long>> RecipientsAsync(TimelineSlice slice, CancellationToken cancellationToken)
    {
        var sql =
            $"""
            SELECT f.account_id
            FROM statuses s JOIN follows f ON f.target_id = s.account_id
            WHERE s.id = @StatusId AND f.account_id > @After AND f.account_id <= @Through AND {HomeRules.Shows("f.account_id")}
            """;
        return await ListAsync(sql, slice, cancellationToken);
    }

    /// <summary>Followers with ids in (after, through], for taking out a status that is gone and can no longer be asked who saw it.</summary>
    public Task<IReadOnlyList<long>> FollowersAsync(TimelineSlice slice, CancellationToken cancellationToken) =>
        ListAsync("SELECT account_id FROM follows WHERE target_id = @AuthorId AND account_id > @After AND account_id <= @Through", slice, cancellationToken);

    /// <summary>Upper bounds that cut the followers of an author into slices of <see cref="FanOutLimits.SliceSize"/>; the last one is open.</summary>
    public async Task<IReadOnlyList<long>> BoundsAsync(long author, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT account_id FROM (
                SELECT account_id, row_number() OVER (ORDER BY account_id) AS position FROM follows WHERE target_id = @author) f
            WHERE position % @size = 0
            ORDER BY account_id
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        var bounds = await connection.QueryAsync<long>(new CommandDefinition(Sql, new { author, size = FanOutLimits.SliceSize }, cancellationToken: cancellationToken));
        return [.. bounds, long.MaxValue];
    }

    private async Task<IReadOnlyList<long>> ListAsync(string sql, TimelineSlice slice, CancellationToken cancellationToken)
    {
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<long>(new CommandDefinition(sql, new { slice.StatusId, slice.AuthorId, slice.After, slice.Through }, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>A status on its way to timelines.</summary>
/// <param name="Id">Id of the status.</param>
/// <param name="AccountId">Its author.</param>
/// <param name="Visibility">0 public, 1 unlisted, 2 private, 3 direct.</param>
/// <param name="FollowersCount">Followers of the author.</param>
/// <param name="MergedSince">UTC time since when the author is merged at read; null when pushed.</param>
public sealed record FanOutStatus(long Id, long AccountId, short Visibility, long FollowersCount, DateTime? MergedSince);
