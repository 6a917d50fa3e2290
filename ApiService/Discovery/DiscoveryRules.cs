using Microblog.Contracts;

namespace Microblog.ApiService.Discovery;

/// <summary>Who may be recommended, stated once, as SQL over <c>accounts a</c> with the parameter <c>@viewer</c> (NULL: anybody).</summary>
internal static class DiscoveryRules
{
    /// <summary>
    /// Joins <c>accounts a</c> by an id, one by one. Left to itself the planner takes the rules below for cheap, and reads all accounts
    /// to find a page of them; <c>OFFSET 0</c> does not let it.
    /// </summary>
    public static string AccountsOf(string id) => $"CROSS JOIN LATERAL (SELECT x.* FROM accounts x WHERE x.id = {id} OFFSET 0) a";

    /// <summary>Whether account <c>a</c> may be shown to the viewer in a list that nobody asked to be in.</summary>
    public static readonly string MayShow =
        $"""
        a.discoverable AND a.suspended_at IS NULL AND a.limited_at IS NULL
            AND NOT {ViewerRules.IsUnwanted("@viewer", "a.id")} AND NOT {ViewerRules.IsBlockedBy("@viewer", "a.id")}
        """;

    /// <summary>Whether account <c>a</c> may be suggested to the viewer to follow.</summary>
    public static readonly string MaySuggest =
        $"""
        a.id <> @viewer AND {MayShow}
            AND NOT EXISTS (SELECT FROM follows x WHERE x.account_id = @viewer AND x.target_id = a.id)
            AND NOT EXISTS (SELECT FROM follow_requests x WHERE x.account_id = @viewer AND x.target_id = a.id)
            AND NOT EXISTS (SELECT FROM suggestion_dismissals x WHERE x.account_id = @viewer AND x.target_id = a.id)
        """;
}
