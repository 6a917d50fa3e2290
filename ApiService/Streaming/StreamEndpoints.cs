using Microblog.ApiService.Http;
using Microblog.ApiService.OpenApi;

namespace Microblog.ApiService.Streaming;

/// <summary>Live events over WebSockets and server-sent events (https://docs.joinmastodon.org/methods/streaming/).</summary>
public static class StreamEndpoints
{
    /// <summary>Registers the streams.</summary>
    public static IServiceCollection AddStreaming(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Microblog:Streaming").Get<StreamOptions>() ?? new StreamOptions());
        services.AddSingleton<Contracts.StreamChannel>().AddSingleton<StreamAnnouncer>().AddSingleton<StreamMetrics>().AddSingleton<StreamDelivery>().AddSingleton<StreamReplay>().AddSingleton<StreamCatchUp>();
        services.AddSingleton<StreamOpener>().AddSingleton<StreamSocket>().AddSingleton<EventStream>();
        services.AddSingleton<StreamConnections>().AddHostedService(provider => provider.GetRequiredService<StreamConnections>());
        services.AddSingleton<StreamHub>().AddHostedService(provider => provider.GetRequiredService<StreamHub>());
        return services;
    }

    /// <summary>Maps <c>/api/v1/streaming</c>.</summary>
    public static void MapStreaming(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/streaming", (HttpContext context, RequestFields fields, StreamSocket socket, EventStream events) =>
            context.WebSockets.IsWebSocketRequest ? socket.RunAsync(context, fields) : events.RunAsync(context, fields, fields.Text("stream")))
            .Produces<string>(contentType: "text/event-stream")
            .Describe("Live events", "Over a WebSocket, on which `subscribe` and `unsubscribe` frames open and close more streams, or as server-sent events.", it => Asked(it
                .Query("stream", "The first stream; on a socket it may be left out.", oneOf: StreamName.All, example: "user"))
                .Returns("Events until one of the sides ends the connection. On a socket the answer is 101."));
        routes.MapGet("/api/v1/streaming/health", () => TypedResults.Text("OK")).Produces<string>(contentType: "text/plain")
            .Describe("Whether streams are served", "For clients that look before they connect.", it => it.Open().Returns("`OK`."));
        routes.MapGet("/api/v1/streaming/{**stream}", (HttpContext context, RequestFields fields, string stream, EventStream events) =>
            events.RunAsync(context, fields, stream.TrimEnd('/').Replace('/', ':')))
            .Produces<string>(contentType: "text/event-stream")
            .Describe("Live events of one stream", "As server-sent events. The stream's name is the path, with `/` for `:`. Events have an `id` to resume from for who sends `Accept: text/event-stream`, as browsers do, or says where to begin.", it => Asked(it
                .Path("stream", "The stream.", oneOf: [.. StreamName.All.Select(name => name.Replace(':', '/'))], example: "user"))
                .Returns("Events until one of the sides ends the connection."));
    }

    private static OperationDescription Asked(OperationDescription it) => it
        .Open()
        .Query("tag", "The hashtag, for the streams of hashtags.", example: "microblog")
        .Query("list", "The list, for the stream `list`.", ParameterKind.Id, example: "115548829612032000")
        .Query("only_media", "Of public streams only statuses with media; the same as the stream with `:media`.", ParameterKind.Flag, byDefault: false)
        .Query("access_token", "The token, where no `Authorization` header can be sent. A browser may also send it as the socket's subprotocol.", example: "eyJhbGciOiJFUzI1NiJ9.e30.c2ln")
        .Query("last_event_id", "Where the client left off: the id of its last event, status or notification. What it missed is sent first.", example: "115548829612032000")
        .Header("Last-Event-ID", "The same, as browsers send it by themselves.", example: "115548829612032000")
        .Error(400, "There is no such stream, its `tag` or `list` is missing, or the cursor is none.")
        .Error(401, "There is no token of an account, or it is not valid any more.")
        .Error(403, "The token lacks `read:statuses`, or `read:notifications` for the stream of notifications.")
        .Error(404, "The caller has no such list.")
        .Error(429, "The account has too many connections.");

    /// <summary>Where a client left off: <c>last_event_id</c> or <c>since_id</c>; null when it cannot resume.</summary>
    public static string? Cursor(this RequestFields fields) => fields.Text("last_event_id") ?? fields.Text("since_id");
}
