using Microblog.ApiService.Accounts;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.Reports;

/// <summary>https://docs.joinmastodon.org/entities/Report/</summary>
public sealed record ReportEntity(
    string Id, bool ActionTaken, DateTime? ActionTakenAt, string Category, string Comment, bool Forwarded, DateTime CreatedAt,
    IReadOnlyList<string> StatusIds, IReadOnlyList<string> RuleIds, AccountEntity TargetAccount);

/// <summary>A report as read from the database.</summary>
public sealed record ReportRow(
    long Id, long AccountId, long TargetId, long[] StatusIds, string Comment, string Category, long[] RuleIds, bool Forward, DateTime CreatedAt, DateTime UpdatedAt,
    long? AssignedTo, DateTime? ActionTakenAt, long? ActionTakenBy)
{
    /// <summary>Columns of this record, for a query with <c>reports r</c>.</summary>
    public const string Columns =
        """
        r.id, r.account_id, r.target_id, r.status_ids, r.comment, r.category, r.rule_ids, r.forward, r.created_at, r.updated_at,
        r.assigned_to, r.action_taken_at, r.action_taken_by
        """;

    /// <summary>The report as who made it sees it. It was not forwarded: there is no other server.</summary>
    public ReportEntity ToEntity(AccountEntity target) => new(
        Id.ToApi(), ActionTakenAt is not null, ActionTakenAt, Category, Comment, Forwarded: false, CreatedAt,
        [.. StatusIds.Select(ApiIds.ToApi)], [.. RuleIds.Select(ApiIds.ToApi)], target);
}
