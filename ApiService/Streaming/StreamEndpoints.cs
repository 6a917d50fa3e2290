using Microblog.ApiService.Http;

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
            context.WebSockets.IsWebSocketRequest ? socket.RunAsync(context, fields) : events.RunAsync(context, fields, fields.Text("stream")));
        routes.MapGet("/api/v1/streaming/health", () => TypedResults.Text("OK"));
        routes.MapGet("/api/v1/streaming/{**stream}", (HttpContext context, RequestFields fields, string stream, EventStream events) =>
            events.RunAsync(context, fields, stream.TrimEnd('/').Replace('/', ':')));
    }

    /// <summary>Where a client left off: <c>last_event_id</c> or <c>since_id</c>; null when it cannot resume.</summary>
    public static string? Cursor(this RequestFields fields) => fields.Text("last_event_id") ?? fields.Text("since_id");
}
