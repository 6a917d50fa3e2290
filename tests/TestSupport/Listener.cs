using System.Globalization;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Microblog.TestSupport;

/// <summary>An event that a client got.</summary>
/// <param name="Stream">Name and parameter of the stream; empty over SSE.</param>
/// <param name="Type">Name of the event.</param>
/// <param name="Payload">Its payload.</param>
/// <param name="Cursor">Where to resume.</param>
public sealed record Heard(string Stream, string Type, string? Payload, string? Cursor)
{
    /// <summary>The payload as an entity.</summary>
    public JsonElement Entity => JsonSerializer.Deserialize<JsonElement>(Payload!);

    /// <summary>Type and id, such as <c>update 42</c>.</summary>
    public string Brief => Type + " " + (Payload is ['{', ..] ? Answer.IdOf(Entity).ToString(CultureInfo.InvariantCulture) : Payload);
}

/// <summary>Listens to live events over a WebSocket or SSE and keeps everything that came.</summary>
public sealed class Listener : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    private static readonly HttpClient Http = new(new SocketsHttpHandler()) { Timeout = Timeout.InfiniteTimeSpan };

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Heard> _heard = [];
    private readonly List<string> _lines = [];
    private ClientWebSocket? _socket;
    private HttpResponseMessage? _response;
    private Task _listening = Task.CompletedTask;

    /// <summary>Everything heard so far.</summary>
    public List<Heard> All => Locked(() => _heard.ToList());

    /// <summary>Type and id of everything heard so far.</summary>
    public List<string> Briefs => [.. All.Select(heard => heard.Brief)];

    /// <summary>Frames or lines as they came.</summary>
    public List<string> Raw => Locked(() => _lines.ToList());

    /// <summary>The last cursor that came.</summary>
    public string? Cursor => All.LastOrDefault(heard => heard.Cursor is not null)?.Cursor;

    /// <summary>True once the other side has ended it.</summary>
    public bool IsEnded => _listening.IsCompleted;

    /// <summary>How the socket was closed.</summary>
    public WebSocketCloseStatus? CloseStatus => _socket?.CloseStatus;

    /// <summary>The subprotocol that the server chose.</summary>
    public string? SubProtocol => _socket?.SubProtocol;

    /// <summary>The headers of the event stream.</summary>
    public HttpResponseMessage Response => _response!;

    /// <summary>Opens a WebSocket with a person's token in the query.</summary>
    public static Task<Listener> SocketAsync(Client person, string query = "") =>
        SocketAsync(person.Address, $"access_token={person.Token}&{query}");

    /// <summary>Opens a WebSocket.</summary>
    public static async Task<Listener> SocketAsync(Uri address, string query, Action<ClientWebSocketOptions>? configure = null)
    {
        var listener = new Listener { _socket = new ClientWebSocket() };
        configure?.Invoke(listener._socket.Options);
        listener._socket.Options.CollectHttpResponseDetails = true;
        using var timeout = new CancellationTokenSource(ConnectTimeout);
        await listener._socket.ConnectAsync(new Uri($"ws://{address.Authority}/api/v1/streaming?{query}"), timeout.Token);
        listener._listening = listener.ReadSocketAsync();
        return listener;
    }

    /// <summary>Opens an event stream, as browsers ask for one.</summary>
    public static async Task<Listener> EventsAsync(Client person, string path, string? lastEventId = null, string accept = "text/event-stream")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(person.Address, $"/api/v1/streaming/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }
        using var timeout = new CancellationTokenSource(ConnectTimeout);
        var listener = new Listener { _response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token) };
        listener._listening = listener.ReadEventsAsync();
        return listener;
    }

    /// <summary>Sends a frame.</summary>
    public Task SendAsync(object frame) => SendTextAsync(JsonSerializer.Serialize(frame));

    /// <summary>Sends a frame as it is.</summary>
    public async Task SendTextAsync(string text)
    {
        using var timeout = new CancellationTokenSource(ConnectTimeout);
        await _socket!.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, timeout.Token);
    }

    /// <summary>Waits until something was heard.</summary>
    public Task<List<string>> HearsAsync(params string[] briefs) =>
        Eventually.BecomesAsync($"the listener to hear {string.Join(", ", briefs)}", () => Task.FromResult(Briefs), heard => briefs.All(heard.Contains));

    /// <summary>Waits until a line or frame came.</summary>
    public Task GetsAsync(string text) => Eventually.BecomesAsync($"the listener to get {text}", () => Task.FromResult(Raw), lines => lines.Any(line => line.Contains(text, StringComparison.Ordinal)));

    /// <summary>Waits until the other side has ended it.</summary>
    public Task EndsAsync() => Eventually.HoldsAsync("the connection to end", () => Task.FromResult(IsEnded));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _response?.Dispose();
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket?.Dispose();
        _stop.Dispose();
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_heard)
        {
            return read();
        }
    }

    private void Keep(string line, Heard? heard) => Locked(() =>
    {
        _lines.Add(line);
        if (heard is not null)
        {
            _heard.Add(heard);
        }
        return true;
    });

    private async Task ReadSocketAsync()
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        try
        {
            while (true)
            {
                var part = await _socket!.ReceiveAsync(buffer.AsMemory(length), _stop.Token);
                if (part.MessageType is WebSocketMessageType.Close)
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", _stop.Token);
                    return;
                }
                length += part.Count;
                if (part.EndOfMessage)
                {
                    var text = Encoding.UTF8.GetString(buffer, 0, length);
                    var frame = JsonSerializer.Deserialize<JsonElement>(text);
                    Keep(text, !frame.TryGetProperty("event", out var type) ? null : new Heard(
                        string.Join(' ', frame.GetProperty("stream").EnumerateArray().Select(label => label.GetString())), type.GetString()!, Member(frame, "payload"), Member(frame, "id")));
                    length = 0;
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
        }
    }

    private static string? Member(JsonElement frame, string name) => frame.TryGetProperty(name, out var value) ? value.GetString() : null;

    private async Task ReadEventsAsync()
    {
        try
        {
            using var reader = new StreamReader(await _response!.Content.ReadAsStreamAsync(_stop.Token));
            var fields = new Dictionary<string, string>();
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                Keep(line, line.Length > 0 || fields.Count == 0 ? null : new Heard("", fields["event"], fields["data"], fields.GetValueOrDefault("id")));
                if (line.Length == 0)
                {
                    fields.Clear();
                }
                else if (line[0] != ':' && line.Split(": ", 2) is [var name, var value])
                {
                    fields[name] = value;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or HttpRequestException or ObjectDisposedException)
        {
        }
    }
}
