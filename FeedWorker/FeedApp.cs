using Dapper;
using Microblog.Contracts;
using Microblog.FeedWorker.Push;
using RabbitMQ.Client;

namespace Microblog.FeedWorker;

/// <summary>What the feed worker is made of. It is a web application only for its health and management routes.</summary>
public static class FeedApp
{
    /// <summary>Connections to PostgreSQL at most; more handlers than that run at no time, but for those of pushes, which give theirs back before they wait for others.</summary>
    private const int MaxConnections = 20;

    /// <summary>Builds the worker; nothing runs yet.</summary>
    public static WebApplication Build(string[] args)
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddServiceDefaults();
        builder.AddNpgsqlDataSource("microblog", settings => (settings.DisableTracing, settings.DisableMetrics) = (true, true), source => source.ForTransactions(builder.Configuration, MaxConnections));
        builder.AddRedisClient("redis");
        builder.AddRabbitMQClient("rabbitmq", settings => settings.DisableHealthChecks = true, factory => factory.AutomaticRecoveryEnabled = false);
        var services = builder.Services;
        services.AddSingleton<FeedMetrics>().AddSingleton<FollowerStore>();
        services.AddSingleton<HomeTimeline>().AddSingleton<AuthorTimeline>();
        services.AddSingleton(provider => new BrokerPublisher(provider.GetRequiredService<IConnectionFactory>(), "feed worker, publishing"));
        services.AddSingleton<StreamChannel>().AddSingleton<StreamPublisher>();
        services.AddSingleton<StatusFanOut>().AddSingleton<FollowMerge>().AddSingleton<Notifier>().AddSingleton<Conversations>().AddSingleton<MessageHandler>().AddSingleton<DeadLetters>();
        services.AddSingleton(PushOptions.Read(builder.Configuration, builder.Environment)).AddSingleton<VapidSigner>().AddSingleton<PushLanes>().AddSingleton<PushClient>().AddSingleton<PushQueue>().AddSingleton<PushSender>();
        services.AddSingleton<FeedConsumer>().AddHostedService(provider => provider.GetRequiredService<FeedConsumer>());
        services.AddHealthChecks().AddCheck<FeedConsumer>("consuming");

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapManagement(manage => manage.MapPost("/dead-letters/replay", async (DeadLetters letters, CancellationToken cancellationToken) =>
            TypedResults.Json(new Done(await letters.ReplayAsync(cancellationToken)), FeedJson.Default.Done)));
        return app;
    }
}
