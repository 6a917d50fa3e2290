using Microblog.ApiService.Http;

namespace Microblog.ApiService.Lists;

/// <summary>https://docs.joinmastodon.org/entities/List/</summary>
public sealed record ListEntity(string Id, string Title, string RepliesPolicy, bool Exclusive);

/// <summary>A list as read from the database.</summary>
public sealed record ListRow(long Id, string Title, short RepliesPolicy, bool Exclusive)
{
    /// <summary>Columns of this record, for a query with <c>lists l</c>.</summary>
    public const string Columns = "l.id, l.title, l.replies_policy, l.exclusive";

    /// <summary>The list as the API shows it.</summary>
    public ListEntity ToEntity() => new(Id.ToApi(), Title, RepliesPolicies.ToApi(RepliesPolicy), Exclusive);
}

/// <summary>Replies that a list shows beside those to their own authors and to the list's owner; the numbers are stored.</summary>
public static class RepliesPolicies
{
    /// <summary>Replies to members of the list.</summary>
    public const short List = 0;

    /// <summary>Replies to anybody whom the owner follows.</summary>
    public const short Followed = 1;

    /// <summary>No replies.</summary>
    public const short None = 2;

    /// <summary>The API's word.</summary>
    public static string ToApi(short policy) => policy switch
    {
        List => "list",
        Followed => "followed",
        _ => "none",
    };

    /// <summary>The number for the API's word; null when there is none.</summary>
    public static short? Parse(string text) => text switch
    {
        "list" => List,
        "followed" => Followed,
        "none" => None,
        _ => null,
    };
}
