namespace Microblog.ApiService.Quotes;

/// <summary>Whom an author lets quote a status (https://docs.joinmastodon.org/entities/QuoteApproval/); the values are stored.</summary>
public enum QuotePolicy : short
{
    /// <summary>Anybody who is not blocked.</summary>
    Public = 0,

    /// <summary>The author's followers.</summary>
    Followers = 1,

    /// <summary>The author only.</summary>
    Nobody = 2,
}

/// <summary>The words the API uses for them.</summary>
public static class QuotePolicyNames
{
    /// <summary>The values that clients may send.</summary>
    public static readonly string[] All = ["public", "followers", "nobody"];

    /// <summary>The API's word.</summary>
    public static string ToApi(this QuotePolicy policy) => policy switch
    {
        QuotePolicy.Public => "public",
        QuotePolicy.Followers => "followers",
        _ => "nobody",
    };

    /// <summary>The value for the API's word; null when there is none.</summary>
    public static QuotePolicy? Parse(string text) => text switch
    {
        "public" => QuotePolicy.Public,
        "followers" => QuotePolicy.Followers,
        "nobody" => QuotePolicy.Nobody,
        _ => null,
    };
}
