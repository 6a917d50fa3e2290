using Aspire.Npgsql;
using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Http;
using Microblog.ApiService.Instance;
using Microblog.ApiService.Media;
using Microblog.ApiService.Notifications;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Outbox;
using Microblog.ApiService.Statuses;
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
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = RequestFields.MaxBodyBytes);
        if (builder.Environment.IsProduction() && builder.Configuration.GetValue<bool>("Microblog:PasswordGrant"))
        {
            throw new InvalidOperationException("Microblog:PasswordGrant hands passwords to clients; it is for development and tests, and production refuses to start with it.");
        }
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.AddAccessTokens();
        services.AddSingleton<ApiMetrics>();
        services.AddSingleton<Accounts.Credentials>().AddSingleton<SignUp>().AddSingleton<AccountStore>().AddSingleton<FollowStore>();
        services.AddSingleton<HomeTimeline>().AddSingleton<AuthorTimeline>().AddSingleton<OwnTimeline>().AddSingleton<MergedAuthors>().AddSingleton<HomeReader>();
        services.AddSingleton<TimelineBuilder>().AddHostedService(provider => provider.GetRequiredService<TimelineBuilder>());
        services.AddSingleton<OutboxSignal>().AddSingleton<OutboxRelay>().AddHostedService(provider => provider.GetRequiredService<OutboxRelay>());
        services.AddSingleton(provider => new BrokerPublisher(provider.GetRequiredService<IConnectionFactory>(), "outbox relay"));
        services.AddHostedService<IdempotencyKeyExpiry>();
        services.AddStatusServices();
        builder.AddMedia();

        var app = builder.Build();
        app.UseServerSpanTags();
        app.UseApiErrors();
        app.UseStaticFiles();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapDefaultEndpoints();
        app.MapManagement(manage => manage.MapTimelineManagement());
        app.MapApplications();
        app.MapTokens();
        app.MapAccounts();
        app.MapFollows();
        app.MapStatusRoutes();
        app.MapTimelines();
        app.MapNotifications();
        app.MapMedia();
        app.MapInstance();
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
        builder.Services.AddSingleton<WriteFence>().AddSingleton<Db>().AddSingleton<Migrator>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
    }

    private static void Quiet(NpgsqlSettings settings) =>
        (settings.DisableHealthChecks, settings.DisableTracing, settings.DisableMetrics) = (true, true, true);
}
