using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Microblog.FeedWorker.Push;

/// <summary>
/// What a client decrypts. The id is text, as everywhere in the API: JavaScript's numbers do not hold it. There is no access token in it,
/// because tokens are nowhere stored; the client has its own.
/// </summary>
public sealed record PushPayload(string NotificationId, string NotificationType, string Title, string Body, string Icon, string PreferredLocale)
{
    /// <summary>Longest title and body, in characters; even if each takes the most bytes there are, the whole fits in a message.</summary>
    private const int MaxLength = 140;

    /// <summary>The payload of a notification.</summary>
    /// <param name="id">Id of the notification.</param>
    /// <param name="push">What it is about.</param>
    /// <param name="mediaUrl">Where images are fetched, when not below the API.</param>
    public static PushPayload Of(long id, DuePush push, string? mediaUrl)
    {
        var name = push.DisplayName.Length > 0 ? push.DisplayName : push.Username;
        var icon = push.AvatarKey is null ? $"{push.BaseUrl}/avatars/original/missing.png" : $"{mediaUrl ?? $"{push.BaseUrl}/media"}/{push.AvatarKey}";
        return new PushPayload(id.ToString(CultureInfo.InvariantCulture), push.Type, Cut(TitleOf(push.Type, name)), Cut(BodyOf(push)), icon, push.Language ?? "en");
    }

    private static string TitleOf(string type, string name) => type switch
    {
        "mention" => $"{name} mentioned you",
        "status" => $"{name} just posted",
        "reblog" => $"{name} boosted your post",
        "favourite" => $"{name} favourited your post",
        "follow" => $"{name} followed you",
        "follow_request" => $"{name} asks to follow you",
        "update" => $"{name} edited a post",
        "poll" => "A poll has ended",
        "quote" => $"{name} quoted your post",
        "quoted_update" => $"{name} edited a post that you quoted",
        "admin.sign_up" => $"{name} signed up",
        "admin.report" => $"{name} sent a report",
        _ => $"A notification about {name}",
    };

    /// <summary>What the author hides behind a warning stays behind it on a lock screen.</summary>
    private static string BodyOf(DuePush push) => push.Text is null ? push.Note : push.SpoilerText is { Length: > 0 } warning ? warning : push.Text;

    private static string Cut(string text)
    {
        var cut = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(MaxLength))
        {
            cut.Append(rune);
        }
        return cut.Length == text.Length ? text : cut.Append('…').ToString();
    }
}

/// <summary>Serializer of what push services and clients read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PushPayload))]
[JsonSerializable(typeof(VapidClaims))]
public sealed partial class PushJson : JsonSerializerContext;
