using Microblog.ApiService.Accounts;
using Microblog.ApiService.Http;
using Microblog.ApiService.Statuses;

namespace Microblog.ApiService.Moderation;

/// <summary>https://docs.joinmastodon.org/entities/Admin_Account/. Addresses that people came from are not stored, so none are shown.</summary>
public sealed record AdminAccountEntity(
    string Id, string Username, string? Domain, DateTime CreatedAt, string? Email, string? Ip, IReadOnlyList<EmptyBody> Ips, string? Locale, string? InviteRequest,
    AccountRole Role, bool Confirmed, bool Approved, bool Disabled, bool Silenced, bool Suspended, bool Sensitized, AccountEntity Account);

/// <summary>https://docs.joinmastodon.org/entities/Admin_Report/</summary>
public sealed record AdminReportEntity(
    string Id, bool ActionTaken, DateTime? ActionTakenAt, string Category, string Comment, bool Forwarded, DateTime CreatedAt, DateTime UpdatedAt,
    AdminAccountEntity Account, AdminAccountEntity TargetAccount, AdminAccountEntity? AssignedAccount, AdminAccountEntity? ActionTakenByAccount,
    IReadOnlyList<StatusEntity> Statuses, IReadOnlyList<EmptyBody> Rules);

/// <summary>What moderators see of an account beside what everybody does.</summary>
public sealed record AdminAccountRow(long Id, string? Email, bool Silenced, bool Suspended, bool Deleted, short Role)
{
    /// <summary>Columns of this record, for a query with <c>accounts a</c> and <c>credentials c</c>.</summary>
    public const string Columns =
        """
        a.id, c.email, a.limited_at IS NOT NULL AS silenced, a.suspended_at IS NOT NULL AS suspended, a.deleted_at IS NOT NULL AS deleted, a.role
        """;

    /// <summary>The account as the API shows it to moderators.</summary>
    public AdminAccountEntity ToEntity(AccountRow account, string baseUrl) => new(
        Id.ToApi(), account.Username, Domain: null, account.CreatedAt, Email, Ip: null, [], account.Language, InviteRequest: null,
        AccountRole.Of(Role), Confirmed: true, Approved: true, Disabled: false, Silenced, Suspended, Sensitized: false, account.ToEntity(baseUrl));
}
