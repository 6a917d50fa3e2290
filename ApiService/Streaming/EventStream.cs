using Microblog.ApiService.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Microblog.ApiService.Streaming;

/// <summary>
/// One stream as server-sent events. For who can resume each event has an id to resume from, which browsers send back by themselves.
/// Others get no line that Mastodon does not send: old libraries take exactly two lines for an event and drop everything else.
/// </summary>
public sealed class EventStream(StreamOpener opener, StreamConnections connections, StreamOptions options, StreamMetrics metrics)
{
    private const string MediaType = "text/event-stream";

    private static readonly byte[] Greeting = ":)\n"u8.ToArray();

    private static readonly byte[] Thump = ":thump\n"u8.ToArray();

    /// <summary>Sends events until the client leaves or has to.</summary>
    public async Task RunAsync(HttpContext context, RequestFields fields, string? stream)
    {
        var (caller, token) = await opener.AuthenticateAsync(context, fields, context.RequestAborted);
        var name = StreamName.Parse((fields.Flag("only_media") ?? false) && stream is "public" or "public:local" or "public:remote" ? $"{stream}:media" : stream, fields.Text("tag"), fields.Text("list"));
        var cursor = Cursor(context.Request, fields);
        using var connection = new StreamConnection(caller, token, BaseUrl.Of(context), options, (_, happened, mark) => happened.ToServerSentEvent(mark));
        using var registration = await connections.AddAsync(connection, context.RequestAborted);
        var subscription = (await opener.OpenAsync(connection, name, cursor, context.RequestAborted))!;

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = MediaType;
        context.Response.Headers.CacheControl = "private, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, connection.Ended);
        var resuming = opener.ResumeAsync(subscription, cursor, end.Token);
        try
        {
            await WriteAsync(context, Greeting, null, end.Token);
            while (true)
            {
                if (connection.Queue.TryRead(out var next))
                {
                    await WriteAsync(context, next.Bytes, next.At, end.Token);
                }
                else if (!await WaitAsync(connection, end.Token))
                {
                    await WriteAsync(context, Thump, null, end.Token);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client left, or has to; a write that does not end says that it does not read.
            if (connection.Reason is StreamEnd.Slow)
            {
                context.Abort();
            }
        }
        finally
        {
            connection.End(StreamEnd.Left);
            await resuming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Where the client left off; empty when it will want to resume, as whoever asks for this type by its name; null when it knows nothing of that.</summary>
    private static string? Cursor(HttpRequest request, RequestFields fields) =>
        request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last
        : fields.Cursor() ?? (request.Headers.Accept.ToString().Contains(MediaType, StringComparison.OrdinalIgnoreCase) ? "" : null);

    /// <summary>Waits for an event; false when it is time for a sign of life.</summary>
    private async Task<bool> WaitAsync(StreamConnection connection, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Thump);
        try
        {
            return await connection.Queue.WaitToReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task WriteAsync(HttpContext context, byte[] bytes, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.WriteTimeout);
        try
        {
            await context.Response.Body.WriteAsync(bytes, timeout.Token);
            await context.Response.Body.FlushAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            context.Abort();
            throw;
        }
        if (at is { } since)
        {
            metrics.Delivered(DateTimeOffset.UtcNow - since);
        }
    }
}
