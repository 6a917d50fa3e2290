using System.Net.WebSockets;
using System.Text.Json;
using Microblog.ApiService.Http;
using Npgsql;

namespace Microblog.ApiService.Streaming;

/// <summary>
/// Streams over a WebSocket: one that the address names, or as many as the client subscribes to by frames. Cursors are sent to
/// those who ask by giving <c>last_event_id</c>, which may be empty.
/// </summary>
public sealed class StreamSocket(StreamOpener opener, StreamConnections connections, StreamOptions options, StreamMetrics metrics)
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Serves a socket until the client leaves or has to.</summary>
    public async Task RunAsync(HttpContext context, RequestFields fields)
    {
        var (caller, token) = await opener.AuthenticateAsync(context, fields, context.RequestAborted);
        using var connection = new StreamConnection(caller, token, BaseUrl.Of(context), options, (name, happened, cursor) => happened.ToFrame(name, cursor));
        using var registration = await connections.AddAsync(connection, context.RequestAborted);
        // Open before the handshake ends: what happens after it is not missed.
        var request = new StreamRequest(fields.Text("stream"), fields.Text("tag"), fields.Text("list"), fields.Cursor());
        var (stream, error) = request.Stream is null ? (null, null) : await OpenAsync(connection, request, context.RequestAborted);
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(),
            KeepAliveInterval = options.Ping,
            KeepAliveTimeout = options.PongTimeout,
        });
        if (error is not null)
        {
            connection.Send(error);
        }
        using var aborted = context.RequestAborted.Register(() => connection.End(StreamEnd.Left));
        using var stop = new CancellationTokenSource();
        var writing = WriteAsync(socket, connection, stop.Token);
        var reading = ReadAsync(socket, connection, stream, request.Cursor, stop.Token);
        await Task.WhenAny(writing, reading, Task.Delay(Timeout.Infinite, connection.Ended));
        connection.End(StreamEnd.Left);
        // Whatever is being written has a moment to end, because a frame cannot be broken off without breaking the connection.
        await Task.WhenAny(writing, Task.Delay(CloseTimeout));
        await CloseAsync(socket, connection.Reason, canSend: writing.IsCompletedSuccessfully, reading);
        await stop.CancelAsync();
        socket.Abort();
        await Task.WhenAll(writing, reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task CloseAsync(WebSocket socket, StreamEnd reason, bool canSend, Task reading)
    {
        if (!canSend || socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return;
        }
        var (status, text) = reason switch
        {
            StreamEnd.Slow => ((WebSocketCloseStatus)1013, "Too slow, please resume"),
            StreamEnd.Failed => ((WebSocketCloseStatus)1013, "Please resume"),
            StreamEnd.Revoked => (WebSocketCloseStatus.PolicyViolation, "The access token is invalid"),
            StreamEnd.Misused => (WebSocketCloseStatus.MessageTooBig, "The message is too big"),
            StreamEnd.Stopping => (WebSocketCloseStatus.EndpointUnavailable, "Please resume"),
            _ => (WebSocketCloseStatus.NormalClosure, ""),
        };
        try
        {
            using var timeout = new CancellationTokenSource(CloseTimeout);
            await socket.CloseOutputAsync(status, text, timeout.Token);
            // The client's answer, so that it reads the reason before the connection goes.
            await Task.WhenAny(reading, Task.Delay(CloseTimeout));
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
        }
    }

    private async Task WriteAsync(WebSocket socket, StreamConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            while (await connection.Queue.WaitToReadAsync(connection.Ended))
            {
                while (!connection.Ended.IsCancellationRequested && connection.Queue.TryRead(out var next))
                {
                    using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    timeout.CancelAfter(options.WriteTimeout);
                    await socket.SendAsync(next.Bytes, WebSocketMessageType.Text, endOfMessage: true, timeout.Token);
                    if (next.At is { } since)
                    {
                        metrics.Delivered(DateTimeOffset.UtcNow - since);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (connection.Ended.IsCancellationRequested && socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
        }
        catch (OperationCanceledException)
        {
            connection.End(StreamEnd.Slow);
            throw;
        }
        catch (WebSocketException)
        {
            connection.End(StreamEnd.Left);
            throw;
        }
    }

    private async Task ReadAsync(WebSocket socket, StreamConnection connection, StreamSubscription? stream, string? cursor, CancellationToken cancellationToken)
    {
        try
        {
            if (stream is not null)
            {
                await opener.ResumeAsync(stream, cursor, connection.Ended);
            }
            var buffer = new byte[StreamOptions.MaxFrame];
            var length = 0;
            while (true)
            {
                if (length == buffer.Length)
                {
                    connection.End(StreamEnd.Misused);
                }
                // What comes after the end is read all the same: unread, it would reset the connection before the client knows why.
                if (connection.Ended.IsCancellationRequested)
                {
                    length = 0;
                }
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                if (part.MessageType is WebSocketMessageType.Close)
                {
                    connection.End(StreamEnd.Left);
                    return;
                }
                length += part.Count;
                if (part.EndOfMessage && !connection.Ended.IsCancellationRequested)
                {
                    await ObeyAsync(connection, StreamRequest.Read(buffer.AsMemory(0, length)));
                    length = 0;
                }
            }
        }
        catch (WebSocketException)
        {
            connection.End(StreamEnd.Left);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            connection.End(StreamEnd.Failed);
        }
    }

    private async Task ObeyAsync(StreamConnection connection, StreamRequest? request)
    {
        switch (request?.Type)
        {
            case "subscribe":
                var (stream, error) = await OpenAsync(connection, request, connection.Ended);
                if (error is not null)
                {
                    connection.Send(error);
                }
                else if (stream is not null)
                {
                    await opener.ResumeAsync(stream, request.Cursor, connection.Ended);
                }
                break;
            case "unsubscribe":
                try
                {
                    StreamOpener.Close(connection, request.Name);
                }
                catch (ApiException wrong)
                {
                    connection.Send(Error(wrong));
                }
                break;
            default:
                connection.Send(Error(new ApiException(StatusCodes.Status400BadRequest, "Unexpected message: neither subscribe nor unsubscribe")));
                break;
        }
    }

    private async Task<(StreamSubscription? Stream, byte[]? Error)> OpenAsync(StreamConnection connection, StreamRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (await opener.OpenAsync(connection, request.Name, request.Cursor, cancellationToken), null);
        }
        catch (ApiException refused)
        {
            return (null, Error(refused));
        }
    }

    private static byte[] Error(ApiException refused) => JsonSerializer.SerializeToUtf8Bytes(new StreamError(refused.Message, refused.Status), StreamEvent.Json.StreamError);
}
