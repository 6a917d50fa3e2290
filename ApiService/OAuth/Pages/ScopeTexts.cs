namespace Microblog.ApiService.OAuth.Pages;

/// <summary>Scopes in words that follow "It will be able to:".</summary>
public static class ScopeTexts
{
    private static readonly Dictionary<string, string> Whole = new(StringComparer.Ordinal)
    {
        ["profile"] = "See who you are",
        ["follow"] = "See and change whom you follow, block and mute",
        ["push"] = "Receive your push notifications",
        ["read"] = "See everything in your account",
        ["write"] = "Change everything in your account, and post as you",
        ["read:accounts"] = "See your profile and those of others",
        ["write:accounts"] = "Change your profile",
        ["write:conversations"] = "Mute and delete your conversations",
        ["read:search"] = "Search as you",
        ["write:media"] = "Upload pictures and videos",
        ["write:reports"] = "Report others",
        ["read:statuses"] = "See your posts and timelines",
        ["write:statuses"] = "Post as you, and delete your posts",
        ["admin:read"] = "See what moderators see, if you are one",
        ["admin:write"] = "Moderate, if you may",
    };

    /// <summary>What the scope allows.</summary>
    public static string Of(string scope) => Whole.TryGetValue(scope, out var text)
        ? text
        : scope.Split(':') switch
        {
            ["read", var things] => $"See your {things}",
            ["write", var things] => $"Change your {things}",
            _ => "Use the scope",
        };
}
