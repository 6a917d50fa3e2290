using System.Text.Json;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Quotes;
using Microblog.ApiService.Statuses;
using Npgsql;

namespace Microblog.ApiService.Scheduled;

/// <summary>Scheduled statuses in the database.</summary>
public static class ScheduledStore
{
    /// <summary>Schedules a status in the caller's transaction and returns the id of the schedule.</summary>
    /// <exception cref="ApiException">404 when the parent or what is quoted cannot be seen, 422 when it may not be quoted, the time is wrong or there are too many.</exception>
    public static async Task<long> AddAsync(Write write, Caller caller, StatusDraft draft, DateTime at, string host)
    {
        const string Sql =
            """
            INSERT INTO scheduled_statuses (account_id, scheduled_at, params, application_id, host)
            VALUES (@account, @at, @parameters::jsonb, @ApplicationId, @host) RETURNING id
            """;
        var account = caller.Account;
        if (draft.InReplyToId is { } parent)
        {
            await StatusWriter.CheckParentAsync(write, account, parent);
        }
        await QuoteTarget.OfAsync(write, account, draft, StatusWriter.MentionedUsernames(draft.Content.Text, host));
        await StatusMedia.CheckAsync(write, account, draft.Content.MediaIds);
        await CheckTimeAsync(write, account, at, except: 0);
        var parameters = JsonSerializer.Serialize(ScheduledParams.Of(draft, caller.ApplicationId), ApiJson.Default.ScheduledParams);
        return await write.ScalarAsync<long>(Sql, new { account, at, parameters, caller.ApplicationId, host });
    }

    /// <summary>Moves a scheduled status to another time; false when there is none. One that could not be published is tried again.</summary>
    /// <exception cref="ApiException">422 when the time is wrong or there are too many.</exception>
    public static async Task<bool> MoveAsync(Write write, long account, long id, DateTime at)
    {
        const string Exists = "SELECT EXISTS (SELECT FROM scheduled_statuses WHERE account_id = @account AND id = @id)";
        const string Sql = "UPDATE scheduled_statuses SET scheduled_at = @at, attempts = 0, last_error = NULL WHERE account_id = @account AND id = @id";
        if (!await write.ScalarAsync<bool>(Exists, new { account, id }))
        {
            return false;
        }
        await CheckTimeAsync(write, account, at, except: id);
        return await write.ExecuteAsync(Sql, new { account, id, at }) == 1;
    }

    /// <summary>A scheduled status of the account as the API shows it; null when there is none.</summary>
    public static Task<ScheduledStatusEntity?> FindAsync(HttpContext context, Db db, long account, long id, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {ScheduledRow.Columns} FROM scheduled_statuses WHERE account_id = @account AND id = @id";
        return db.FindAsync(account, async connection =>
            await connection.SingleAsync<ScheduledRow>(Sql, new { account, id }, cancellationToken) is { } row ? (await EntitiesAsync(context, connection, account, [row], cancellationToken))[0] : null, cancellationToken);
    }

    /// <summary>Scheduled statuses of the account as the API shows them, with those of their attachments that are still there.</summary>
    public static async Task<IReadOnlyList<ScheduledStatusEntity>> EntitiesAsync(HttpContext context, NpgsqlConnection connection, long account, IReadOnlyList<ScheduledRow> rows, CancellationToken cancellationToken)
    {
        var waiting = rows.Select(row => (Row: row, Params: row.ToParams())).ToList();
        var ids = waiting.SelectMany(item => item.Params.ToDraft().Content.MediaIds).ToArray();
        var media = (await StatusMedia.ByIdsAsync(connection, account, ids, cancellationToken)).ToDictionary(row => row.Id.ToApi(), row => row.ToEntity(MediaUrl.Of(context)));
        return [.. waiting.Select(item => new ScheduledStatusEntity(
            item.Row.Id.ToApi(), item.Row.ScheduledAt, item.Params, [.. (item.Params.MediaIds ?? []).Where(media.ContainsKey).Select(id => media[id])]))];
    }

    private static async Task CheckTimeAsync(Write write, long account, DateTime at, long except)
    {
        // Two requests at the same time must see each other to count; the account's row is what they have in common.
        const string Lock = "SELECT FROM accounts WHERE id = @account FOR NO KEY UPDATE";
        const string Count =
            """
            SELECT count(*)::int AS total, (count(*) FILTER (WHERE (scheduled_at AT TIME ZONE 'UTC')::date = (@at::timestamptz AT TIME ZONE 'UTC')::date))::int AS same_day
            FROM scheduled_statuses WHERE account_id = @account AND id <> @except
            """;
        await write.ExecuteAsync(Lock, new { account });
        var others = await write.SingleAsync<CountRow>(Count, new { account, at, except }) ?? new CountRow(0, 0);
        if (ScheduledRules.Refusal(at, DateTime.UtcNow, others.Total, others.SameDay) is { } refusal)
        {
            throw ValidationException.Of("scheduled_at", "ERR_INVALID", refusal);
        }
    }

    private sealed record CountRow(int Total, int SameDay);
}
