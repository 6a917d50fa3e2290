using System.Globalization;
using System.Text.Json.Serialization;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.Hashtags;

/// <summary>https://docs.joinmastodon.org/entities/Tag/; what is the viewer's is absent when there is none.</summary>
public sealed record TagEntity(
    string Id, string Name, string Url, IReadOnlyList<TagDay> History,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Following,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Featuring);

/// <summary>Uses of a hashtag on one day; all numbers are strings, the day in seconds since 1970.</summary>
public sealed record TagDay(string Day, string Uses, string Accounts);

/// <summary>https://docs.joinmastodon.org/entities/FeaturedTag/</summary>
public sealed record FeaturedTagEntity(string Id, string Name, string Url, string StatusesCount, string? LastStatusAt);

/// <summary>A hashtag as read from the database; one that nobody used has no id.</summary>
public sealed record TagRow(string Hashtag, long? Id, string DisplayName, long[] Uses, long[] Accounts, bool Following, bool Featuring)
{
    /// <summary>The hashtag as the API shows it.</summary>
    /// <param name="baseUrl">Base of absolute addresses.</param>
    /// <param name="today">The first day of <see cref="Uses"/>, which goes back in time.</param>
    /// <param name="isViewed">Whether there is a viewer.</param>
    public TagEntity ToEntity(string baseUrl, DateTime today, bool isViewed) => new(
        Id.ToApi() ?? "", DisplayName, TagUrl(baseUrl, Hashtag),
        [.. Uses.Select((uses, i) => new TagDay(((DateTimeOffset)today.AddDays(-i)).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), uses.ToApi(), Accounts[i].ToApi()))],
        isViewed ? Following : null, isViewed ? Featuring : null);

    /// <summary>The page of a hashtag.</summary>
    public static string TagUrl(string baseUrl, string hashtag) => $"{baseUrl}/tags/{Uri.EscapeDataString(hashtag)}";
}
