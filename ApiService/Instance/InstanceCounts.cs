using Microblog.ApiService.Database;
using Microsoft.Extensions.Caching.Memory;

namespace Microblog.ApiService.Instance;

/// <summary>How large the server is. Exact while it is small; beyond that counting would cost more than anybody's interest in the last digit.</summary>
public sealed class InstanceCounts(Db db) : IDisposable
{
    /// <summary>Rows that are counted one by one; above, the planner's estimate.</summary>
    public const int Exact = 10_000;

    /// <summary>Most active accounts that are told apart.</summary>
    private const int MaxActive = 100_000;

    private const int Weeks = 12;

    /// <summary>Twelve weeks of a large server are a long read, and nobody needs them to the minute.</summary>
    private static readonly TimeSpan ActivityMemory = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _activity = new(new MemoryCacheOptions());
    private readonly SemaphoreSlim _reading = new(1, 1);

    /// <summary>Accounts and statuses, and accounts that posted lately.</summary>
    public async Task<Counts> ReadAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            WITH counted AS (
                SELECT (SELECT count(*) FROM (SELECT FROM accounts LIMIT @exact) a) AS users, (SELECT count(*) FROM (SELECT FROM statuses LIMIT @exact) s) AS statuses),
            estimated AS (
                SELECT (SELECT reltuples::bigint FROM pg_class WHERE oid = 'accounts'::regclass) AS users, (SELECT reltuples::bigint FROM pg_class WHERE oid = 'statuses'::regclass) AS statuses)
            SELECT
                CASE WHEN c.users < @exact THEN c.users ELSE greatest(c.users, e.users) END AS users,
                CASE WHEN c.statuses < @exact THEN c.statuses ELSE greatest(c.statuses, e.statuses) END AS statuses,
                (SELECT count(*) FROM (SELECT FROM account_stats WHERE last_status_at > current_date - 30 LIMIT @active) m) AS active_month,
                (SELECT count(*) FROM (SELECT FROM account_stats WHERE last_status_at > current_date - 180 LIMIT @active) h) AS active_half_year
            FROM counted c, estimated e
            """;
        return (await db.ReadAsync(accountId: null, connection => connection.SingleAsync<Counts>(Sql, new { exact = Exact, active = MaxActive }, cancellationToken), cancellationToken))!;
    }

    /// <summary>What happened in each of the last twelve weeks, the current one first.</summary>
    public async Task<IReadOnlyList<WeekEntity>> ActivityAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_activity.Get<IReadOnlyList<WeekEntity>>(nameof(ActivityAsync)) is { } known)
            {
                return known;
            }
            // Ids begin with their time, so both reads are ranges of a key.
            const string Sql =
                """
                WITH span AS (SELECT date_trunc('week', now() AT TIME ZONE 'UTC') AS last, date_trunc('week', now() AT TIME ZONE 'UTC') - make_interval(weeks => @weeks - 1) AS first),
                floor AS (SELECT (extract(epoch FROM first) * 1000)::bigint << 16 AS id FROM span),
                posted AS (
                    SELECT date_trunc('week', to_timestamp((id >> 16) / 1000.0) AT TIME ZONE 'UTC') AS week, count(*) AS statuses, count(DISTINCT account_id) AS authors
                    FROM statuses WHERE id >= (SELECT id FROM floor) GROUP BY 1),
                joined AS (
                    SELECT date_trunc('week', created_at AT TIME ZONE 'UTC') AS week, count(*) AS accounts FROM accounts WHERE id >= (SELECT id FROM floor) GROUP BY 1)
                SELECT extract(epoch FROM w.week)::bigint AS week, coalesce(p.statuses, 0) AS statuses, coalesce(p.authors, 0) AS authors, coalesce(j.accounts, 0) AS accounts
                FROM span, generate_series(span.first, span.last, interval '1 week') AS w (week)
                LEFT JOIN posted p USING (week) LEFT JOIN joined j USING (week)
                ORDER BY w.week DESC
                """;
            var rows = await db.ReadAsync(accountId: null, connection => connection.ListAsync<WeekRow>(Sql, new { weeks = Weeks }, cancellationToken), cancellationToken);
            IReadOnlyList<WeekEntity> weeks = [.. rows.Select(row => new WeekEntity(Text(row.Week), Text(row.Statuses), Text(row.Authors), Text(row.Accounts)))];
            return _activity.Set(nameof(ActivityAsync), weeks, ActivityMemory);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _activity.Dispose();
        _reading.Dispose();
    }

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private sealed record WeekRow(long Week, long Statuses, long Authors, long Accounts);
}

/// <summary>Sizes of the server.</summary>
/// <param name="Users">Accounts.</param>
/// <param name="Statuses">Statuses.</param>
/// <param name="ActiveMonth">Accounts that posted in the last 30 days.</param>
/// <param name="ActiveHalfYear">Accounts that posted in the last 180 days.</param>
public sealed record Counts(long Users, long Statuses, long ActiveMonth, long ActiveHalfYear);

/// <summary>A week of https://docs.joinmastodon.org/methods/instance/#activity; numbers as strings, as Mastodon has them.</summary>
/// <param name="Week">Its beginning, seconds since 1970.</param>
/// <param name="Statuses">Statuses posted.</param>
/// <param name="Logins">Accounts that were there; those that posted, as reading is not recorded.</param>
/// <param name="Registrations">Accounts made.</param>
public sealed record WeekEntity(string Week, string Statuses, string Logins, string Registrations);
