using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Reports;
using Microblog.ApiService.Statuses;
using Npgsql;

namespace Microblog.ApiService.Moderation;

/// <summary>Reads what moderators see: accounts with their state, suspended ones too, and reports with what they are about.</summary>
public static class ModerationStore
{
    /// <summary>The accounts with these ids, by id.</summary>
    public static async Task<Dictionary<long, AdminAccountEntity>> AccountsAsync(NpgsqlConnection connection, long[] ids, string baseUrl, CancellationToken cancellationToken)
    {
        const string Profiles = $"SELECT {AccountRow.Columns} FROM accounts a JOIN account_stats t ON t.account_id = a.id WHERE a.id = ANY(@ids)";
        const string States = $"SELECT {AdminAccountRow.Columns} FROM accounts a LEFT JOIN credentials c ON c.account_id = a.id WHERE a.id = ANY(@ids)";
        var profiles = (await connection.ListAsync<AccountRow>(Profiles, new { ids }, cancellationToken)).ToDictionary(account => account.Id);
        var states = await connection.ListAsync<AdminAccountRow>(States, new { ids }, cancellationToken);
        return states.Where(state => profiles.ContainsKey(state.Id)).ToDictionary(state => state.Id, state => state.ToEntity(profiles[state.Id], baseUrl));
    }

    /// <summary>Reports with the accounts and statuses they name. Their statuses are shown as to the reported account itself: a moderator has to see what was reported.</summary>
    public static async Task<IReadOnlyList<AdminReportEntity>> ReportsAsync(NpgsqlConnection connection, IReadOnlyList<ReportRow> reports, string baseUrl, CancellationToken cancellationToken)
    {
        var ids = reports.SelectMany(report => new[] { report.AccountId, report.TargetId, report.AssignedTo ?? 0, report.ActionTakenBy ?? 0 }).Distinct().ToArray();
        var accounts = await AccountsAsync(connection, ids, baseUrl, cancellationToken);
        var entities = new List<AdminReportEntity>(reports.Count);
        foreach (var report in reports.Where(report => accounts.ContainsKey(report.AccountId) && accounts.ContainsKey(report.TargetId)))
        {
            var statuses = await StatusStore.InOrderAsync(connection, report.TargetId, report.StatusIds, cancellationToken);
            entities.Add(new AdminReportEntity(
                report.Id.ToApi(), report.ActionTakenAt is not null, report.ActionTakenAt, report.Category, report.Comment, Forwarded: false, report.CreatedAt, report.UpdatedAt,
                accounts[report.AccountId], accounts[report.TargetId], accounts.GetValueOrDefault(report.AssignedTo ?? 0), accounts.GetValueOrDefault(report.ActionTakenBy ?? 0),
                [.. statuses.Select(status => Neutral(status.ToEntity(baseUrl)))], []));
        }
        return entities;
    }

    /// <summary>Without what the reported account did with its own status.</summary>
    private static StatusEntity Neutral(StatusEntity status) =>
        status with { Favourited = false, Reblogged = false, Bookmarked = false, Muted = false, Pinned = false, Filtered = [] };
}
