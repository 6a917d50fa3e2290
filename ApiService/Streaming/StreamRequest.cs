using System.Text.Json;

namespace Microblog.ApiService.Streaming;

/// <summary>What a client wants of a socket.</summary>
/// <param name="Stream">Name of the stream.</param>
/// <param name="Tag">Hashtag, for streams that have one.</param>
/// <param name="List">List, for streams that have one.</param>
/// <param name="Cursor">Where it left off; null when it cannot resume.</param>
/// <param name="Type"><c>subscribe</c> or <c>unsubscribe</c>.</param>
public sealed record StreamRequest(string? Stream, string? Tag, string? List, string? Cursor, string Type = "subscribe")
{
    /// <summary>The stream meant.</summary>
    /// <exception cref="Http.ApiException">There is none such.</exception>
    public StreamName Name => StreamName.Parse(Stream, Tag, List);

    /// <summary>Reads a frame; null when it is none.</summary>
    public static StreamRequest? Read(ReadOnlyMemory<byte> frame)
    {
        try
        {
            using var document = JsonDocument.Parse(frame, new JsonDocumentOptions { MaxDepth = 4 });
            var root = document.RootElement;
            return root.ValueKind is not JsonValueKind.Object
                ? null
                : new StreamRequest(Text(root, "stream"), Text(root, "tag"), Text(root, "list"), Text(root, "last_event_id") ?? Text(root, "since_id"), Text(root, "type") ?? "");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member as text, also where it comes as a number or as the only member of an array.</summary>
    private static string? Text(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value))
        {
            return null;
        }
        if (value.ValueKind is JsonValueKind.Array)
        {
            value = value.EnumerateArray().FirstOrDefault();
        }
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }
}
