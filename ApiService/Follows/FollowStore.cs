using Microblog.ApiService.Database;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.Follows;

/// <summary>Tells how accounts stand to each other.</summary>
public sealed class FollowStore(Db db)
{
    /// <summary>How the account stands to each of the others, in their order; unknown ids are skipped, and suspended ones unless asked for.</summary>
    public async Task<IReadOnlyList<RelationshipEntity>> RelationshipsAsync(long account, long[] others, bool withSuspended = false, CancellationToken cancellationToken = default)
    {
        const string Sql =
            """
            SELECT a.id, f.target_id IS NOT NULL AS following, coalesce(f.show_reblogs, r.show_reblogs, false) AS show_reblogs,
                coalesce(f.notify, r.notify, false) AS notify, coalesce(f.languages, r.languages) AS languages,
                EXISTS (SELECT FROM follows x WHERE x.account_id = a.id AND x.target_id = @account) AS followed_by,
                EXISTS (SELECT FROM blocks x WHERE x.account_id = @account AND x.target_id = a.id) AS blocking,
                EXISTS (SELECT FROM blocks x WHERE x.account_id = a.id AND x.target_id = @account) AS blocked_by,
                m.target_id IS NOT NULL AS muting, coalesce(m.notifications, false) AS muting_notifications, m.expires_at AS muting_expires_at,
                r.target_id IS NOT NULL AS requested,
                EXISTS (SELECT FROM follow_requests x WHERE x.account_id = a.id AND x.target_id = @account) AS requested_by,
                EXISTS (SELECT FROM endorsements x WHERE x.account_id = @account AND x.target_id = a.id) AS endorsed,
                coalesce(n.comment, '') AS note
            FROM unnest(@others) WITH ORDINALITY AS o (id, position)
            JOIN accounts a ON a.id = o.id
            LEFT JOIN follows f ON f.account_id = @account AND f.target_id = a.id
            LEFT JOIN follow_requests r ON r.account_id = @account AND r.target_id = a.id
            LEFT JOIN mutes m ON m.account_id = @account AND m.target_id = a.id AND (m.expires_at IS NULL OR m.expires_at > now())
            LEFT JOIN account_notes n ON n.account_id = @account AND n.target_id = a.id
            WHERE @withSuspended OR a.suspended_at IS NULL
            ORDER BY o.position
            """;
        var rows = await db.ReadAsync(account, connection => connection.ListAsync<RelationshipRow>(Sql, new { account, others, withSuspended }, cancellationToken), cancellationToken);
        return [.. rows.Select(row => new RelationshipEntity(
            row.Id.ToApi(), row.Following, row.ShowReblogs, row.Notify, row.Languages, row.FollowedBy, row.Blocking, row.BlockedBy,
            row.Muting, row.MutingNotifications, row.MutingExpiresAt, row.Requested, row.RequestedBy, DomainBlocking: false, row.Endorsed, row.Note))];
    }

    private sealed record RelationshipRow(
        long Id, bool Following, bool ShowReblogs, bool Notify, string[]? Languages, bool FollowedBy, bool Blocking, bool BlockedBy,
        bool Muting, bool MutingNotifications, DateTime? MutingExpiresAt, bool Requested, bool RequestedBy, bool Endorsed, string Note);
}

/// <summary>https://docs.joinmastodon.org/entities/Relationship/</summary>
public sealed record RelationshipEntity(
    string Id, bool Following, bool ShowingReblogs, bool Notifying, string[]? Languages, bool FollowedBy, bool Blocking, bool BlockedBy,
    bool Muting, bool MutingNotifications, DateTime? MutingExpiresAt, bool Requested, bool RequestedBy, bool DomainBlocking, bool Endorsed, string Note);
