using System.Globalization;
using Microblog.ApiService.Http;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Streaming;

/// <summary>What a stream is made of.</summary>
public enum StreamContent
{
    /// <summary>The home timeline and the notifications.</summary>
    Home,

    /// <summary>The notifications alone.</summary>
    Notifications,

    /// <summary>Public statuses.</summary>
    Public,

    /// <summary>Public statuses with a hashtag.</summary>
    Hashtag,

    /// <summary>Statuses of the members of a list.</summary>
    List,

    /// <summary>Direct conversations.</summary>
    Direct,
}

/// <summary>A stream as a client names it (https://docs.joinmastodon.org/methods/streaming/#streams).</summary>
/// <param name="Content">What it is made of.</param>
/// <param name="Name">Its name.</param>
/// <param name="Parameter">Hashtag or list as the client wrote it, and finds it in each event again.</param>
public sealed record StreamName(StreamContent Content, string Name, string? Parameter)
{
    /// <summary>Every name there is.</summary>
    public static string[] All { get; } =
    [
        "user", "user:notification", "public", "public:local", "public:remote", "public:media", "public:local:media", "public:remote:media", "hashtag", "hashtag:local", "list", "direct",
    ];

    /// <summary>The hashtag, normalised.</summary>
    public string Tag { get; private init; } = "";

    /// <summary>The list.</summary>
    public long ListId { get; private init; }

    /// <summary>Only statuses with media.</summary>
    public bool OnlyMedia => Name.EndsWith(":media", StringComparison.Ordinal);

    /// <summary>Only statuses of other servers, of which there are none.</summary>
    public bool IsRemote => Name.StartsWith("public:remote", StringComparison.Ordinal);

    /// <summary>Name and parameter, as events carry them.</summary>
    public string[] Labels => Parameter is null ? [Name] : [Name, Parameter];

    /// <summary>Tells the streams of a connection apart.</summary>
    public string Key => string.Join('\n', Labels);

    /// <summary>What a token has to grant.</summary>
    public string Scope => Content is StreamContent.Notifications ? "read:notifications" : "read:statuses";

    /// <summary>Reads a stream's name and parameters.</summary>
    /// <exception cref="ApiException">400: no such stream, or its parameter is missing.</exception>
    public static StreamName Parse(string? name, string? tag, string? list) => name switch
    {
        "user" => new(StreamContent.Home, name, null),
        "user:notification" => new(StreamContent.Notifications, name, null),
        "public" or "public:media" or "public:local" or "public:local:media" or "public:remote" or "public:remote:media" => new(StreamContent.Public, name, null),
        "direct" => new(StreamContent.Direct, name, null),
        "hashtag" or "hashtag:local" => HashtagName.Normalize(tag ?? "") is { Length: > 0 } normal
            ? new(StreamContent.Hashtag, name, tag) { Tag = normal }
            : throw Bad("Missing tag name parameter"),
        "list" => long.TryParse(list, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new(StreamContent.List, name, list) { ListId = id }
            : throw Bad("Missing list name parameter"),
        _ => throw Bad("Unknown stream type"),
    };

    private static ApiException Bad(string error) => new(StatusCodes.Status400BadRequest, error);
}
