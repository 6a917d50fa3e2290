using Aspire.Npgsql;
using Microblog.ApiService.Accounts;
using Microblog.ApiService.Collections;
using Microblog.ApiService.Conversations;
using Microblog.ApiService.Accounts.Deletion;
using Microblog.ApiService.Accounts.Export;
using Microblog.ApiService.Blocks;
using Microblog.ApiService.Database;
using Microblog.ApiService.Endorsements;
using Microblog.ApiService.Discovery;
using Microblog.ApiService.Filters;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Hashtags;
using Microblog.ApiService.Http;
using Microblog.ApiService.Instance;
using Microblog.ApiService.Limits;
using Microblog.ApiService.Lists;
using Microblog.ApiService.Media;
using Microblog.ApiService.Moderation;
using Microblog.ApiService.Mutes;
using Microblog.ApiService.Notifications;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.OAuth.Pages;
using Microblog.ApiService.Outbox;
using Microblog.ApiService.Reports;
using Microblog.ApiService.Pages;
using Microblog.ApiService.Push;
using Microblog.ApiService.Search;
using Microblog.ApiService.Statuses;
using Microblog.ApiService.TestMode;
using Microblog.ApiService.Streaming;
using Microblog.ApiService.Timelines;
using Microblog.Contracts;
using RabbitMQ.Client;

namespace Microblog.ApiService;

/// <summary>What the API service is made of.</summary>
public static class ApiApp
{
    /// <summary>Connections that a process opens to each PostgreSQL server at most; the servers allow 200 in all.</summary>
    private const int MaxConnections = 30;

    /// <summary>Builds the service; nothing runs yet.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.AddBackingServers();
        builder.WebHost.ConfigureKestrel(server => (server.AddServerHeader, server.Limits.MaxRequestBodySize) = (false, RequestFields.MaxBodyBytes));
        var services = builder.Services;
        services.AddSingleton(MicroblogOptions.Read(builder.Configuration, builder.Environment));
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.AddAccessTokens();
        services.AddRateLimits(builder.Configuration);
        ApiDocument.Add(services);
        services.AddSingleton<InstanceCounts>();
        services.AddHostedService<TestAccounts>();
        services.AddSingleton<ApiMetrics>();
        services.AddSingleton<Accounts.Credentials>().AddSingleton<SignUp>().AddSingleton<AccountStore>().AddSingleton<FollowStore>();
        services.AddSingleton<HomeTimeline>().AddSingleton<AuthorTimeline>().AddSingleton<OwnTimeline>().AddSingleton<MergedAuthors>().AddSingleton<HomeReader>();
        services.AddSingleton<TimelineBuilder>().AddHostedService(provider => provider.GetRequiredService<TimelineBuilder>());
        services.AddSingleton<OutboxSignal>().AddSingleton<OutboxRelay>().AddHostedService(provider => provider.GetRequiredService<OutboxRelay>());
        services.AddSingleton(provider => new BrokerPublisher(provider.GetRequiredService<IConnectionFactory>(), "outbox relay"));
        services.AddHostedService<IdempotencyKeyExpiry>();
        services.AddStatusServices();
        builder.AddMedia();
        services.AddSingleton<Relations>().AddSingleton<PendingRequests>().AddHostedService(provider => provider.GetRequiredService<PendingRequests>());
        services.AddSingleton<AccountErasure>().AddHostedService(provider => provider.GetRequiredService<AccountErasure>());
        services.AddSingleton<MuteExpiry>().AddHostedService(provider => provider.GetRequiredService<MuteExpiry>());
        services.AddSingleton<FilterStore>();
        services.AddSingleton<TrendsJob>().AddHostedService(provider => provider.GetRequiredService<TrendsJob>());
        services.AddSingleton<VapidKeys>();
        services.AddStreaming();

        var app = builder.Build();
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
        app.MapDefaultEndpoints();
        app.MapManagement(manage =>
        {
            manage.MapTimelineManagement();
            manage.MapOAuthManagement();
        });
        app.MapApplications();
        app.MapTokens();
        app.MapTokenInspection();
        app.MapServerMetadata();
        app.MapAuthorization();
        app.MapAccounts();
        app.MapFollows();
        app.MapProfile();
        app.MapFollowRequests();
        app.MapBlocks();
        app.MapDomainBlocks();
        app.MapMutes();
        app.MapEndorsements();
        app.MapAcquaintances();
        app.MapAccountSearch();
        app.MapAccountDeletion();
        app.MapAccountExport();
        app.MapReports();
        app.MapAdminReports();
        app.MapAdminAccounts();
        app.MapLists();
        app.MapListMembers();
        app.MapListTimeline();
        app.MapStatusRoutes();
        app.MapTimelines();
        app.MapNotifications();
        app.MapConversations();
        app.MapPush();
        app.MapCollections();
        app.MapCollectionItems();
        app.MapAccountCollections();
        app.MapEmails();
        app.MapMedia();
        app.MapStreaming();
        app.MapInstance();
        app.MapInstanceDetails();
        app.MapNodeInfo();
        app.MapWellKnown();
        app.MapPreferences();
        app.MapMarkers();
        app.MapDocuments();
        app.MapSearch();
        app.MapTags();
        app.MapFeaturedTags();
        app.MapFilters();
        app.MapTrends();
        app.MapSuggestions();
        app.MapDirectory();
        app.MapPages();
        app.MapOembed();
        return app;
    }

    /// <summary>
    /// PostgreSQL, Redis and RabbitMQ. Only the primary or replica decide about health: without Redis or the broker the service is
    /// slower or behind, but must go on answering. Tracing and metrics of Npgsql are collected by ServiceDefaults.
    /// </summary>
    public static void AddBackingServers(this WebApplicationBuilder builder)
    {
        DapperSetup.Apply();
        builder.AddNpgsqlDataSource(Connections.Primary, Quiet, source => source.ConnectionStringBuilder.MaxPoolSize = MaxConnections);
        builder.AddKeyedNpgsqlDataSource(Connections.Replica, Quiet, source => source.ConnectionStringBuilder.MaxPoolSize = MaxConnections);
        builder.AddRedisClient(Connections.Redis, settings => settings.DisableHealthChecks = true);
        builder.AddRabbitMQClient(Connections.Broker, settings => settings.DisableHealthChecks = true, factory => factory.AutomaticRecoveryEnabled = false);
        builder.Services.AddSingleton<ReplicaMonitor>().AddHostedService(provider => provider.GetRequiredService<ReplicaMonitor>());
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<RedisHealth>().AddSingleton<WriteFence>().AddSingleton<Db>().AddSingleton<Migrator>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
    }

    private static void Quiet(NpgsqlSettings settings) =>
        (settings.DisableHealthChecks, settings.DisableTracing, settings.DisableMetrics) = (true, true, true);
}
