using Dapper;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.FeedWorker;

/// <summary>
/// Brings a home timeline in line with a follow that began or ended. It acts on the state it finds, under a lock per follower, so
/// that messages about the same pair may come late, twice or in the wrong order.
/// </summary>
public sealed class FollowMerge(NpgsqlDataSource primary, HomeTimeline home, Notifier notifier, StreamPublisher streams)
{
    /// <summary>Keeps this lock apart from other uses of advisory locks.</summary>
    private const int LockSpace = 0x666f6c6c;

    /// <summary>A follow began or ended.</summary>
    public async Task ChangedAsync(FollowChanged message, CancellationToken cancellationToken)
    {
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "SELECT pg_advisory_xact_lock(@LockSpace, hashint8(@FollowerId))", new { LockSpace, message.FollowerId }, transaction, cancellationToken: cancellationToken));
        var follows = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT FROM follows WHERE account_id = @FollowerId AND target_id = @FolloweeId)", message, transaction, cancellationToken: cancellationToken));
        await (follows ? MergeAsync(connection, transaction, message.FollowerId, cancellationToken) : SweepAsync(connection, transaction, message.FollowerId, cancellationToken));
        var notices = await notifier.FollowedAsync(connection, transaction, message, follows, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        streams.Notified(notices);
    }

    /// <summary>Adds what belongs there now and is missing: the followee's statuses, and replies of others to the followee.</summary>
    private async Task MergeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, long follower, CancellationToken cancellationToken)
    {
        var arguments = new { viewer = follower, max = long.MaxValue, min = 0L, take = home.MaxItems + 1 };
        var ids = await connection.QueryAsync<long>(new CommandDefinition(HomeRules.Ids(upwards: false), arguments, transaction, cancellationToken: cancellationToken));
        await home.MergeAsync(follower, ids.AsList(), cancellationToken);
    }

    /// <summary>Removes what does not belong there any more.</summary>
    private async Task SweepAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, long follower, CancellationToken cancellationToken)
    {
        var page = await home.PeekAsync(follower, count: null, cancellationToken);
        if (page.Ids.Count == 0)
        {
            return;
        }
        var sql = $"SELECT s.id FROM statuses s WHERE s.id = ANY(@ids) AND {HomeRules.IsInHome("@follower")}";
        var kept = await connection.QueryAsync<long>(new CommandDefinition(sql, new { ids = page.Ids.ToArray(), follower }, transaction, cancellationToken: cancellationToken));
        foreach (var id in page.Ids.Except(kept))
        {
            await home.RemoveAsync(id, [follower], cancellationToken);
        }
    }
}
