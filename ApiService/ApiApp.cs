using Aspire.Npgsql;
using Microblog.ApiService.Accounts;
using Microblog.ApiService.Collections;
using Microblog.ApiService.Conversations;
using Microblog.ApiService.Database;
using Microblog.ApiService.Discovery;
using Microblog.ApiService.Filters;
using Microblog.ApiService.Http;
using Microblog.ApiService.Instance;
using Microblog.ApiService.Limits;
using Microblog.ApiService.Lists;
using Microblog.ApiService.Media;
using Microblog.ApiService.Moderation;
using Microblog.ApiService.Notifications;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Outbox;
using Microblog.ApiService.Pages;
using Microblog.ApiService.Push;
using Microblog.ApiService.Statuses;
using Microblog.ApiService.Streaming;
using Microblog.ApiService.TestMode;
using Microblog.ApiService.Timelines;

namespace Microblog.ApiService;

/// <summary>What the API service is made of. Each area registers its own services and routes, in its folder.</summary>
public static class ApiApp
{
    /// <summary>Connections that a process opens to each PostgreSQL server at most; the servers allow 200 in all.</summary>
    private const int MaxConnections = 30;

    /// <summary>Connections to the primary with a session of their own, at most; two are in use at a time.</summary>
    private const int MaxSessions = 4;

    /// <summary>Builds the service; nothing runs yet.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.AddBackingServers();
        builder.WebHost.ConfigureKestrel(server => (server.AddServerHeader, server.Limits.MaxRequestBodySize) = (false, RequestFields.MaxBodyBytes));
        builder.AddAreas();

        var app = builder.Build();
        app.UsePipeline();
        app.MapDefaultEndpoints();
        app.MapManagement(manage =>
        {
            manage.MapTimelineManagement();
            manage.MapOAuthManagement();
        });
        app.MapAreas();
        return app;
    }

    /// <summary>
    /// PostgreSQL, Redis and RabbitMQ. Only the primary or replica decide about health: without Redis or the broker the service is
    /// slower or behind, but must go on answering. Tracing and metrics of Npgsql are collected by ServiceDefaults.
    /// </summary>
    public static void AddBackingServers(this WebApplicationBuilder builder)
    {
        DapperSetup.Apply();
        var configuration = builder.Configuration;
        builder.AddNpgsqlDataSource(Connections.Primary, Quiet, source => source.ForTransactions(configuration, MaxConnections));
        builder.AddKeyedNpgsqlDataSource(Connections.Replica, Quiet, source => source.ForTransactions(configuration, MaxConnections));
        builder.AddKeyedNpgsqlDataSource(Connections.Session, settings =>
        {
            Quiet(settings);
            settings.ConnectionString = configuration.GetConnectionString(Connections.Primary);
        }, source => source.ForSessions(configuration, MaxSessions));
        builder.AddRedisClient(Connections.Redis, settings => settings.DisableHealthChecks = true);
        builder.AddRabbitMQClient(Connections.Broker, settings => settings.DisableHealthChecks = true, factory => factory.AutomaticRecoveryEnabled = false);
        builder.Services.AddSingleton<ReplicaMonitor>().AddHostedService(provider => provider.GetRequiredService<ReplicaMonitor>());
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<RedisHealth>().AddSingleton<WriteFence>().AddSingleton<Db>().AddSingleton<Migrator>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
    }

    private static void AddAreas(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(MicroblogOptions.Read(builder.Configuration, builder.Environment));
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.AddSingleton<ApiMetrics>();
        services.AddHostedService<IdempotencyKeyExpiry>();
        services.AddRateLimits(builder.Configuration);
        services.AddAccessTokens();
        services.AddOutbox();
        services.AddAccountServices();
        services.AddStatusServices();
        services.AddTimelineServices();
        services.AddSingleton<FilterStore>();
        services.AddSingleton<VapidKeys>();
        services.AddDiscoveryServices();
        builder.AddMedia();
        services.AddStreaming();
        services.AddSingleton<InstanceCounts>();
        services.AddHostedService<TestAccounts>();
        ApiDocument.Add(services);
    }

    /// <summary>What every request goes through, in this order.</summary>
    private static void UsePipeline(this WebApplication app)
    {
        app.UseServerSpanTags();
        app.UseForwardedFrom();
        app.UseResponseHeaders();
        app.UseOpenOrigins();
        app.UseApiErrors();
        app.UseStaticFiles();
        // Named, because it would else come before HEAD is answered as GET.
        app.UseRouting();
        app.UseWebSockets();
        app.UseAuthentication();
        app.UseRateLimits();
        app.UseAuthorization();
    }

    private static void MapAreas(this WebApplication app)
    {
        app.MapOAuthRoutes();
        app.MapAccountRoutes();
        app.MapStatusRoutes();
        app.MapTimelines();
        app.MapListRoutes();
        app.MapMarkers();
        app.MapNotifications();
        app.MapConversations();
        app.MapPush();
        app.MapCollections();
        app.MapCollectionItems();
        app.MapAccountCollections();
        app.MapFilters();
        app.MapDiscoveryRoutes();
        app.MapMedia();
        app.MapStreaming();
        app.MapModerationRoutes();
        app.MapInstanceRoutes();
        app.MapPages();
        app.MapOembed();
        app.MapDocuments();
    }

    private static void Quiet(NpgsqlSettings settings) =>
        (settings.DisableHealthChecks, settings.DisableTracing, settings.DisableMetrics) = (true, true, true);
}
