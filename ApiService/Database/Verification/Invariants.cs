using Microblog.Contracts;

namespace Microblog.ApiService.Database.Verification;

/// <summary>Something that holds in every database of ours, and that a restore, a repair by hand or a broken disk could end.</summary>
/// <param name="Name">How it is named in the report.</param>
/// <param name="Sql">Yields what breaks it, as text; bounded by itself, and reads a bounded part of the database.</param>
public sealed record Invariant(string Name, string Sql);

/// <summary>All of them, but for those of which PostgreSQL alone cannot tell.</summary>
public static class Invariants
{
    /// <summary>How many of the newest rows are looked at: what is newest is what a restore could have lost.</summary>
    private const int Newest = 50_000;

    /// <summary>How many rows are counted again; each takes a count of its own.</summary>
    private const int Sample = 500;

    /// <summary>Accounts with more rows than this are not counted again.</summary>
    private const int Countable = 10_000;

    /// <summary>In the order of the report.</summary>
    public static readonly IReadOnlyList<Invariant> All =
    [
        new("constraints-validated", "SELECT conrelid::regclass || '.' || conname FROM pg_constraint WHERE NOT convalidated ORDER BY 1 LIMIT 5"),
        new("indexes-valid", "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT (indisvalid AND indisready) ORDER BY 1 LIMIT 5"),
        // On a server with another library texts are in another order than in the indexes: lookups miss, and unique is no longer unique.
        new("collation-unchanged",
            """
            SELECT format('%s: made with %s, this server has %s', datname, datcollversion, pg_database_collation_actual_version(oid)) FROM pg_database
            WHERE datname = current_database() AND datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid)
            """),
        new("statuses-have-authors",
            $"""
            SELECT 'status ' || s.id FROM (SELECT id, account_id FROM statuses ORDER BY id DESC LIMIT {Newest}) s
            WHERE NOT EXISTS (SELECT FROM accounts a WHERE a.id = s.account_id) LIMIT 5
            """),
        new("reblogs-have-originals",
            $"""
            SELECT 'status ' || s.id FROM (SELECT id, reblog_of_id FROM statuses ORDER BY id DESC LIMIT {Newest}) s
            WHERE s.reblog_of_id IS NOT NULL AND NOT EXISTS (SELECT FROM statuses o WHERE o.id = s.reblog_of_id) LIMIT 5
            """),
        new("follows-have-both-sides",
            $"""
            SELECT format('follow of %s by %s', f.target_id, f.account_id)
            FROM (SELECT f.account_id, f.target_id FROM (SELECT id FROM accounts ORDER BY id DESC LIMIT {Sample}) a JOIN follows f ON f.account_id = a.id LIMIT {Newest}) f
            WHERE NOT EXISTS (SELECT FROM accounts a WHERE a.id = f.target_id) LIMIT 5
            """),
        new("accounts-counted",
            $"""
            SELECT format('account %s: %s statuses, %s followers, %s following instead of %s, %s, %s', c.id, c.statuses_count, c.followers_count, c.following_count, c.statuses, c.followers, c.following)
            FROM (
                SELECT a.id, t.statuses_count, t.followers_count, t.following_count,
                    (SELECT count(*) FROM statuses s WHERE s.account_id = a.id) AS statuses,
                    (SELECT count(*) FROM follows f WHERE f.target_id = a.id) AS followers,
                    (SELECT count(*) FROM follows f WHERE f.account_id = a.id) AS following
                FROM (SELECT DISTINCT account_id AS id FROM (SELECT account_id FROM statuses ORDER BY id DESC LIMIT {Newest}) s LIMIT {Sample}) a
                JOIN account_stats t ON t.account_id = a.id
                WHERE greatest(t.statuses_count, t.followers_count, t.following_count) <= {Countable}) c
            WHERE (c.statuses_count, c.followers_count, c.following_count) <> (c.statuses, c.followers, c.following) LIMIT 5
            """),
        new("statuses-counted",
            $"""
            SELECT format('status %s: %s favourites, %s reblogs instead of %s, %s', c.status_id, c.favourites_count, c.reblogs_count, c.favourites, c.reblogs)
            FROM (
                SELECT t.*, (SELECT count(*) FROM favourites f WHERE f.status_id = t.status_id) AS favourites,
                    (SELECT count(*) FROM statuses s WHERE s.reblog_of_id = t.status_id) AS reblogs
                FROM (SELECT * FROM status_stats ORDER BY status_id DESC LIMIT {Sample}) t
                WHERE greatest(t.favourites_count, t.reblogs_count) <= {Countable}) c
            WHERE (c.favourites_count, c.reblogs_count) <> (c.favourites, c.reblogs) LIMIT 5
            """),
        new("outbox-tells-of-what-is",
            $"""
            SELECT 'message ' || o.id FROM (
                SELECT id, (convert_from(payload, 'UTF8')::jsonb ->> 'statusId')::bigint AS status_id FROM outbox WHERE routing_key = '{BrokerTopology.StatusPosted}' ORDER BY id LIMIT {Newest}) o
            WHERE NOT EXISTS (SELECT FROM statuses s WHERE s.id = o.status_id) AND NOT EXISTS (SELECT FROM deleted_statuses d WHERE d.status_id = o.status_id) LIMIT 5
            """),
        // Ids are made by the clock: behind it, new statuses would come below old ones and be missed by every cursor. Clocks differ by seconds.
        new("ids-not-ahead-of-the-clock",
            """
            SELECT format('%s %s is of %s', kind, id, to_timestamp((id >> 16) / 1000.0))
            FROM (SELECT 'status' AS kind, max(id) AS id FROM statuses UNION ALL SELECT 'account', max(id) FROM accounts) newest
            WHERE to_timestamp((id >> 16) / 1000.0) > clock_timestamp() + interval '5 minutes'
            """),
        new("ids-agree-with-times",
            $"""
            SELECT 'status ' || s.id FROM (SELECT id, created_at FROM statuses ORDER BY id DESC LIMIT {Newest}) s
            WHERE abs(extract(epoch FROM s.created_at - to_timestamp((s.id >> 16) / 1000.0))) > 3600 LIMIT 5
            """),
    ];
}
