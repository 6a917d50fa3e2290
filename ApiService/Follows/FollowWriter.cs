using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Outbox;
using Microblog.Contracts;

namespace Microblog.ApiService.Follows;

/// <summary>Begins and ends follows and requests to follow, with their counters and messages, in the caller's transaction.</summary>
public static class FollowWriter
{
    /// <summary>Follows of one account at most, however few follow it; beyond that a tenth more than its followers.</summary>
    private const string Limit = "greatest(7500, t.followers_count + t.followers_count / 10)";

    /// <summary>Follows somebody or asks to, or changes the options of what exists. Locked accounts are asked first, and limited ones have to ask everybody.</summary>
    /// <exception cref="ApiException">404 when there is no such account, 403 when one of the two blocks the other, 422 when the account follows too many.</exception>
    public static async Task FollowAsync(Write write, long follower, long followee, FollowOptions options)
    {
        const string State =
            $"""
            SELECT a.locked OR me.limited_at IS NOT NULL AS asks,
                EXISTS (SELECT FROM follows WHERE account_id = @follower AND target_id = @followee) AS follows,
                EXISTS (SELECT FROM blocks WHERE (account_id = @follower AND target_id = @followee) OR (account_id = @followee AND target_id = @follower)) AS blocked,
                t.following_count >= {Limit} AS is_full
            FROM accounts a JOIN accounts me ON me.id = @follower JOIN account_stats t ON t.account_id = me.id
            WHERE a.id = @followee AND a.suspended_at IS NULL AND me.suspended_at IS NULL
            """;
        await PairLock.TakeAsync(write, follower, followee);
        var state = await write.SingleAsync<PairState>(State, new { follower, followee }) ?? throw ApiException.NotFound();
        if (state.Blocked)
        {
            throw Relations.NotAllowed();
        }
        if (!state.Follows && state.IsFull)
        {
            throw TooMany();
        }
        var asks = state.Asks && !state.Follows;
        var isNew = await UpsertAsync(write, asks ? "follow_requests" : "follows", follower, followee, options);
        if (isNew && !asks)
        {
            await write.ExecuteAsync("DELETE FROM follow_requests WHERE account_id = @follower AND target_id = @followee", new { follower, followee });
            await CountAsync(write, followee, [follower], 1);
            // Decided under the counter's lock, so that many follows at once do not pass the limit together.
            if (await write.ScalarAsync<bool>($"SELECT t.following_count > {Limit} FROM account_stats t WHERE t.account_id = @follower", new { follower }))
            {
                throw TooMany();
            }
        }
        if (isNew)
        {
            await OutboxWriter.AddAsync(write, new FollowChanged(follower, followee));
        }
    }

    /// <summary>Ends a follow or a request, and what depends on it: the endorsement and the places in the follower's lists. False when there was none.</summary>
    public static async Task<bool> EndAsync(Write write, long follower, long followee)
    {
        await PairLock.TakeAsync(write, follower, followee);
        var follows = await write.ExecuteAsync("DELETE FROM follows WHERE account_id = @follower AND target_id = @followee", new { follower, followee });
        if (follows > 0)
        {
            await CountAsync(write, followee, [follower], -1);
        }
        var requests = await write.ExecuteAsync("DELETE FROM follow_requests WHERE account_id = @follower AND target_id = @followee", new { follower, followee });
        if (follows + requests == 0)
        {
            return false;
        }
        const string Dependent =
            """
            DELETE FROM endorsements WHERE account_id = @follower AND target_id = @followee;
            DELETE FROM list_accounts WHERE account_id = @follower AND target_id = @followee;
            """;
        await write.ExecuteAsync(Dependent, new { follower, followee });
        await OutboxWriter.AddAsync(write, new FollowChanged(follower, followee));
        return true;
    }

    /// <summary>Turns requests to follow an account into follows; those that are none any more are passed over. Returns how many began.</summary>
    public static async Task<int> AcceptAsync(Write write, long followee, params long[] followers)
    {
        const string Sql =
            """
            WITH accepted AS (
                DELETE FROM follow_requests WHERE target_id = @followee AND account_id = ANY(@followers)
                RETURNING account_id, target_id, show_reblogs, notify, languages),
            made AS (
                INSERT INTO follows (account_id, target_id, show_reblogs, notify, languages) SELECT * FROM accepted
                ON CONFLICT DO NOTHING RETURNING account_id)
            SELECT coalesce(array_agg(account_id), '{}') FROM made
            """;
        await PairLock.TakeAsync(write, followee, followers);
        var made = await write.ScalarAsync<long[]>(Sql, new { followee, followers }) ?? [];
        if (made.Length > 0)
        {
            await CountAsync(write, followee, made, 1);
        }
        foreach (var follower in made)
        {
            await OutboxWriter.AddAsync(write, new FollowChanged(follower, followee));
        }
        return made.Length;
    }

    /// <summary>Counts follows of one account by others on both sides. Locked in the order of ids: two accounts that follow each other at once must not wait for one another.</summary>
    public static Task CountAsync(Write write, long followee, long[] followers, int change)
    {
        const string Sql =
            """
            WITH concerned AS (
                SELECT account_id FROM account_stats WHERE account_id = @followee OR account_id = ANY(@followers) ORDER BY account_id FOR UPDATE)
            UPDATE account_stats t SET
                following_count = following_count + CASE WHEN t.account_id = @followee THEN 0 ELSE @change END,
                followers_count = followers_count + CASE WHEN t.account_id = @followee THEN @change * cardinality(@followers) ELSE 0 END
            FROM concerned c WHERE t.account_id = c.account_id
            """;
        return write.ExecuteAsync(Sql, new { followee, followers, change });
    }

    private static Task<bool> UpsertAsync(Write write, string table, long follower, long followee, FollowOptions options)
    {
        // xmax = 0: the row is new, not updated.
        var sql =
            $"""
            INSERT INTO {table} AS x (account_id, target_id, show_reblogs, notify, languages)
            VALUES (@follower, @followee, coalesce(@Reblogs, true), coalesce(@Notify, false), @Languages)
            ON CONFLICT (account_id, target_id) DO UPDATE SET
                show_reblogs = coalesce(@Reblogs, x.show_reblogs),
                notify = coalesce(@Notify, x.notify),
                languages = CASE WHEN @SetsLanguages THEN @Languages ELSE x.languages END
            RETURNING xmax = 0
            """;
        return write.ScalarAsync<bool>(sql, new { follower, followee, options.Reblogs, options.Notify, options.SetsLanguages, options.Languages });
    }

    private static ApiException TooMany() => ApiException.Unprocessable("Validation failed: You follow as many people as you may; the limit is 7500, or a tenth more than your own followers");

    private sealed record PairState(bool Asks, bool Follows, bool Blocked, bool IsFull);
}

/// <summary>Options of a follow; null leaves one as it is.</summary>
/// <param name="Reblogs">Whether the home shows reblogs.</param>
/// <param name="Notify">Whether each status notifies.</param>
/// <param name="SetsLanguages">Whether <paramref name="Languages"/> is to be stored.</param>
/// <param name="Languages">Only statuses in these languages; null for all.</param>
public sealed record FollowOptions(bool? Reblogs, bool? Notify, bool SetsLanguages, string[]? Languages)
{
    private const int MaxLanguages = 80;

    /// <summary>Reads the options of a request. An empty list of languages means all.</summary>
    public static FollowOptions Of(RequestFields fields)
    {
        var languages = fields.List("languages").Where(code => code.Length > 0).Select(code => code.ToLowerInvariant()).Distinct().ToArray();
        if (languages.Length > MaxLanguages || languages.Any(code => code.Length is < 2 or > 12 || !code.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')))
        {
            throw ValidationException.Of("languages", "ERR_INVALID", "contains what is not a language code");
        }
        return new FollowOptions(fields.Flag("reblogs"), fields.Flag("notify"), fields.Has("languages") || fields.IsCleared("languages"), languages.Length == 0 ? null : languages);
    }
}
