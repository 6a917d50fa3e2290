using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.Streaming;

/// <summary>An event on its way to clients; the same object for all of them, so that it is serialised once.</summary>
/// <param name="Type">Name of the event.</param>
/// <param name="Payload">Its payload, mostly JSON; null for none.</param>
/// <param name="Mark">How streams remember it; null when it cannot be sent again.</param>
/// <param name="At">UTC time of what it tells of; null when that was in the past.</param>
public sealed record StreamEvent(string Type, string? Payload, StreamMark? Mark, DateTimeOffset? At)
{
    /// <summary>Writes as the REST answers are written, which leave markup and quotes readable: nothing of this is embedded in a page.</summary>
    internal static readonly ApiJson Json = new(new JsonSerializerOptions(ApiJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private readonly ConcurrentDictionary<string, byte[]> _frames = [];
    private byte[]? _event;

    /// <summary>Told to a client that missed more than is sent again: it has to read the timeline itself.</summary>
    public static StreamEvent Resync { get; } = new("resync", null, null, null);

    /// <summary>As a frame of a WebSocket.</summary>
    public byte[] ToFrame(StreamName stream, string? cursor) =>
        cursor is null ? _frames.GetOrAdd(stream.Key, _ => Serialize(stream, null)) : Serialize(stream, cursor);

    /// <summary>As an event of an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html).</summary>
    /// <param name="cursor">Where a client resumes after it; null for one that does not.</param>
    public byte[] ToServerSentEvent(string? cursor) => cursor is null ? _event ??= Lines("") : Lines($"id: {cursor}\n");

    private byte[] Lines(string last) => Encoding.UTF8.GetBytes($"event: {Type}\ndata: {Payload ?? "null"}\n{last}\n");

    private byte[] Serialize(StreamName stream, string? cursor) =>
        JsonSerializer.SerializeToUtf8Bytes(new StreamFrame(stream.Labels, Type, Payload, cursor), Json.StreamFrame);
}

/// <summary>A frame to a client. Without a cursor, as clients that know nothing of it expect.</summary>
public sealed record StreamFrame(
    string[] Stream,
    string Event,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Payload,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id);

/// <summary>A frame that tells a client of its mistake.</summary>
public sealed record StreamError(string Error, int Status);
