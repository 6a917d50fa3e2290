using Dapper;
using Microblog.ApiService.Database;
using Npgsql;

namespace Microblog.ApiService.Discovery;

/// <summary>
/// Counts the public uses of hashtags and finds out what many people use and like at present. Every few minutes, by one process;
/// readers only read what it has left. It counts people, not uses: nobody makes a trend alone, and each counts half after twelve hours.
/// </summary>
public sealed class TrendsJob(NpgsqlDataSource primary, ILogger<TrendsJob> logger) : PeriodicJob(TimeSpan.FromMinutes(1), logger)
{
    private const long AdvisoryLock = 7_230_174_001;

    private const int TimeoutSeconds = 120;

    /// <summary>Age from which the last run is outdated.</summary>
    private const int IntervalMinutes = 5;

    /// <summary>Whose statuses and likes count.</summary>
    private const string IsRecommended = "a.discoverable AND a.suspended_at IS NULL AND a.limited_at IS NULL";

    /// <summary>SQL: the first id of the last three days, and the half-life as a factor by the age of an id.</summary>
    private const string Since = "((extract(epoch FROM now() - interval '3 days') * 1000)::bigint << 16)";

    /// <summary>
    /// Today's uses, and those of earlier days that no run has seen whole. A day is counted anew each time, which also sees what was
    /// deleted; it costs as much as one day's hashtags.
    /// </summary>
    private const string CountDays =
        """
        WITH since AS (
            SELECT greatest(d.today - 6, least((now() AT TIME ZONE 'UTC' - interval '1 hour')::date, coalesce((SELECT max(day) FROM hashtag_days), d.today - 6))) AS day
            FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today) d),
        counted AS (
            SELECT h.hashtag, (to_timestamp((h.status_id >> 16) / 1000.0) AT TIME ZONE 'UTC')::date AS day, count(*) AS uses, count(DISTINCT h.account_id) AS accounts
            FROM status_hashtags h JOIN statuses s ON s.id = h.status_id
            WHERE h.status_id >= (SELECT (extract(epoch FROM day AT TIME ZONE 'UTC') * 1000)::bigint << 16 FROM since) AND s.visibility = 0
            GROUP BY 1, 2),
        gone AS (
            DELETE FROM hashtag_days d USING since
            WHERE d.day < since.day - 14 OR (d.day >= since.day AND NOT EXISTS (SELECT FROM counted c WHERE c.hashtag = d.hashtag AND c.day = d.day)))
        INSERT INTO hashtag_days (hashtag, day, uses, accounts) SELECT hashtag, day, uses, accounts FROM counted
        ON CONFLICT (hashtag, day) DO UPDATE SET uses = excluded.uses, accounts = excluded.accounts
            WHERE (hashtag_days.uses, hashtag_days.accounts) <> (excluded.uses, excluded.accounts);
        """;

    private const string RankTags =
        $"""
        DELETE FROM trending_tags;
        INSERT INTO trending_tags (hashtag, score)
        SELECT p.hashtag, sum(p.weight)
        FROM (
            SELECT h.hashtag, h.account_id, power(0.5, (extract(epoch FROM now()) - (max(h.status_id) >> 16) / 1000.0) / 43200) AS weight
            FROM status_hashtags h JOIN statuses s ON s.id = h.status_id JOIN accounts a ON a.id = h.account_id
            WHERE h.status_id >= {Since} AND s.visibility = 0 AND NOT s.sensitive AND s.spoiler_text = '' AND {IsRecommended}
            GROUP BY h.hashtag, h.account_id) p
        GROUP BY p.hashtag HAVING count(*) >= 2
        ORDER BY sum(p.weight) DESC, p.hashtag LIMIT 200;
        """;

    /// <summary>Who has favoured or reblogged is counted for the thousand with the most of both, up to 5,000 of each; three statuses of one author at most.</summary>
    private const string RankStatuses =
        $"""
        DELETE FROM trending_statuses;
        INSERT INTO trending_statuses (status_id, score)
        SELECT r.id, r.score
        FROM (
            SELECT c.id, n.score, row_number() OVER (PARTITION BY c.account_id ORDER BY n.score DESC, c.id DESC) AS place
            FROM (
                SELECT s.id, s.account_id
                FROM statuses s JOIN status_stats t ON t.status_id = s.id JOIN accounts a ON a.id = s.account_id
                WHERE s.id >= {Since} AND s.visibility = 0 AND s.reblog_of_id IS NULL AND (s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id = s.account_id)
                    AND NOT s.sensitive AND s.spoiler_text = '' AND t.favourites_count + t.reblogs_count >= 2 AND {IsRecommended}
                ORDER BY t.favourites_count + t.reblogs_count DESC, s.id DESC LIMIT 1000) c
            CROSS JOIN LATERAL (
                SELECT count(DISTINCT x.account_id) AS people
                FROM (
                    (SELECT f.account_id FROM favourites f WHERE f.status_id = c.id ORDER BY f.id DESC LIMIT 5000)
                    UNION ALL (SELECT b.account_id FROM statuses b WHERE b.reblog_of_id = c.id LIMIT 5000)) x
                JOIN accounts a ON a.id = x.account_id
                WHERE x.account_id <> c.account_id AND a.suspended_at IS NULL AND a.limited_at IS NULL) p
            CROSS JOIN LATERAL (SELECT p.people * power(0.5, (extract(epoch FROM now()) - (c.id >> 16) / 1000.0) / 43200) AS score) n
            WHERE p.people >= 2) r
        WHERE r.place <= 3
        ORDER BY r.score DESC, r.id DESC LIMIT 200;
        """;

    private const string RankAccounts =
        $"""
        DELETE FROM popular_accounts;
        INSERT INTO popular_accounts (account_id, followers)
        SELECT a.id, t.followers_count
        FROM account_stats t JOIN accounts a ON a.id = t.account_id
        WHERE t.last_status_at > current_date - 30 AND {IsRecommended}
        ORDER BY t.followers_count DESC, a.id LIMIT 1000;
        """;

    private const string Ended = "INSERT INTO job_runs (job, ended_at) VALUES ('trends', now()) ON CONFLICT (job) DO UPDATE SET ended_at = now();";

    /// <summary>Counts and ranks everything if the last run is outdated; 1 when it did.</summary>
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken) => await RunAsync(onlyIfDue: true, cancellationToken) ? 1 : 0;

    /// <summary>Counts and ranks everything now; false when another process is at it.</summary>
    public Task<bool> RunNowAsync(CancellationToken cancellationToken) => RunAsync(onlyIfDue: false, cancellationToken);

    private async Task<bool> RunAsync(bool onlyIfDue, CancellationToken cancellationToken)
    {
        const string Take =
            """
            SELECT pg_try_advisory_xact_lock(@key)
                AND NOT (@onlyIfDue AND EXISTS (SELECT FROM job_runs WHERE job = 'trends' AND ended_at > now() - make_interval(mins => @minutes)))
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(Take, new { key = AdvisoryLock, onlyIfDue, minutes = IntervalMinutes }, transaction, cancellationToken: cancellationToken)))
        {
            return false;
        }
        await connection.ExecuteAsync(new CommandDefinition(CountDays + RankTags + RankStatuses + RankAccounts + Ended, transaction: transaction, commandTimeout: TimeoutSeconds, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
