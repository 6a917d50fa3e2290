namespace Microblog.ApiService.Statuses;

/// <summary>Who may see a status (https://docs.joinmastodon.org/entities/Status/#visibility); the values are stored.</summary>
public enum Visibility : short
{
    /// <summary>Everybody, and shown in public timelines.</summary>
    Public = 0,

    /// <summary>Everybody, but not in public timelines.</summary>
    Unlisted = 1,

    /// <summary>Followers and those mentioned.</summary>
    Private = 2,

    /// <summary>Those mentioned.</summary>
    Direct = 3,
}

/// <summary>The words the API uses for them.</summary>
public static class VisibilityNames
{
    /// <summary>The API's word.</summary>
    public static string ToApi(this Visibility visibility) => visibility switch
    {
        Visibility.Public => "public",
        Visibility.Unlisted => "unlisted",
        Visibility.Private => "private",
        _ => "direct",
    };

    /// <summary>The value for the API's word; null when there is none.</summary>
    public static Visibility? Parse(string text) => text switch
    {
        "public" => Visibility.Public,
        "unlisted" => Visibility.Unlisted,
        "private" => Visibility.Private,
        "direct" => Visibility.Direct,
        _ => null,
    };
}

/// <summary>Who may see what.</summary>
public static class StatusRules
{
    /// <summary>Whether the viewer (null: nobody in particular) may see a status.</summary>
    public static bool MaySee(long? viewer, long author, Visibility visibility, bool followsAuthor, bool isMentioned, bool isBlockedByAuthor) =>
        viewer == author
        || (!(viewer is not null && isBlockedByAuthor)
            && (visibility is Visibility.Public or Visibility.Unlisted
                || (viewer is not null && (isMentioned || (visibility is Visibility.Private && followsAuthor)))));
}
