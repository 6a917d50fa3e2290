namespace Microblog.ApiService.OAuth;

/// <summary>OAuth scopes (https://docs.joinmastodon.org/api/oauth-scopes/): <c>read</c> grants <c>read:statuses</c>, and so on.</summary>
public static class Scopes
{
    /// <summary>What an application gets that asks for nothing.</summary>
    public const string Default = "read";

    /// <summary>Every scope that can be asked for, in the order in which people are told of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "profile", "follow", "push",
        "read", "read:accounts", "read:blocks", "read:bookmarks", "read:collections", "read:favourites", "read:filters", "read:follows", "read:lists", "read:mutes", "read:notifications", "read:search", "read:statuses",
        "write", "write:accounts", "write:blocks", "write:bookmarks", "write:collections", "write:conversations", "write:favourites", "write:filters", "write:follows", "write:lists", "write:media", "write:mutes", "write:notifications", "write:reports", "write:statuses",
        "admin:read", "admin:write",
    ];

    private static readonly HashSet<string> Known = [.. All];

    /// <summary>True for scopes of administration. Anybody may register an application with them: they give power only to accounts with a role, and to applications of operators.</summary>
    public static bool IsAdministrative(string scope) => scope.StartsWith("admin:", StringComparison.Ordinal);

    /// <summary>Splits a list of scopes; none means <see cref="Default"/>. Null when one of them is unknown.</summary>
    public static string[]? Parse(string? text)
    {
        var scopes = (text ?? "").Split([' ', '+'], StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray();
        return scopes.Length == 0 ? [Default] : scopes.All(Known.Contains) ? scopes : null;
    }

    /// <summary>True when one of the granted scopes covers the needed one.</summary>
    public static bool Grant(IReadOnlyCollection<string> granted, string needed) =>
        granted.Contains(needed)
        || granted.Contains(needed.Split(':')[0])
        || (granted.Contains("follow") && needed is "read:follows" or "write:follows" or "read:blocks" or "write:blocks" or "read:mutes" or "write:mutes")
        || (needed is "read:me" && (granted.Contains("profile") || granted.Contains("read:accounts")));

    /// <summary>True when every one of the wanted scopes is covered.</summary>
    public static bool Cover(IReadOnlyCollection<string> granted, IEnumerable<string> wanted) => wanted.All(scope => Grant(granted, scope));
}
