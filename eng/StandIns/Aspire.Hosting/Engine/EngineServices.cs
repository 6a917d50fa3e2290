using System.Runtime.InteropServices;
using Aspire.Hosting.Health;
using Aspire.Hosting.Lifecycle;
using Aspire.Hosting.Pipelines;
using Aspire.Hosting.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Engine;

internal static class EngineServices
{
    public static void Add(DistributedApplicationBuilder builder, DistributedApplicationOptions options)
    {
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        if (!options.DisableDashboard)
        {
            // A check that fails while its server still starts is no news; the end result is reported elsewhere.
            builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", LogLevel.None);
        }

        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));

        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(builder.ExecutionContext);
        services.AddSingleton(builder.Eventing);
        services.AddSingleton(builder.Pipeline);
        services.AddSingleton(builder.UserSecretsManager);
        services.AddSingleton(_ => new DistributedApplicationModel(builder.Resources));
        services.AddSingleton<ResourceLoggerService>();
        services.AddSingleton<ResourceNotificationService>();
        services.AddSingleton(p => new ResourceCommandService(p.GetRequiredService<ResourceNotificationService>(), p.GetRequiredService<ResourceLoggerService>(), p));
        services.AddSingleton<ReplicaTable>();
        services.AddHealthChecks();
        services.AddHttpClient();
        services.Configure<ResourceNotificationServiceOptions>(o =>
            o.DefaultWaitBehavior = options.DisableDashboard ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable);

        if (builder.ExecutionContext.IsRunMode)
        {
            builder.Eventing.Subscribe<BeforeStartEvent>((@event, _) =>
            {
                ResourceInstances.Assign(@event.Model);
                return Task.CompletedTask;
            });
            services.TryAddEventingSubscriber<RequiredCommands>();
            if (options.EnableResourceLogging)
            {
                services.AddHostedService<ResourceLogForwarder>();
            }

            services.AddSingleton<EndpointAllocator>();
            services.AddSingleton<ProcessLedger>();
            services.AddSingleton<ReplicaStarter>();
            services.AddSingleton<ResourcePublisher>();
            services.AddSingleton<ApplicationOrchestrator>();
            services.AddHostedService<HealthMonitor>();
            services.AddHostedService<OrchestratorService>();
        }
        else
        {
            services.TryAddSingleton<IPipelineOutputService, PipelineOutputService>();
            services.Configure<PipelineOptions>(builder.Configuration.GetSection("Pipeline"));
            services.AddHostedService<PipelineRunner>();
        }
    }
}

/// <summary>Ties the orchestrator to the host's life.</summary>
internal sealed partial class OrchestratorService(ApplicationOrchestrator orchestrator, IHostApplicationLifetime lifetime, IConfiguration configuration, DistributedApplicationOptions options, ILogger<DistributedApplication> logger)
    : IHostedService, IDisposable
{
    private PosixSignalRegistration? _hangUp;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // The host stops on Ctrl-C by itself, but not when its terminal is closed.
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            lifetime.StopApplication();
        });
        Log.Starting(logger, configuration["AppHost:Directory"]);
        if (!options.DisableDashboard)
        {
            Log.NoDashboard(logger);
        }

        await orchestrator.RunAsync(cancellationToken);
        if (!options.DisableDashboard)
        {
            Log.Started(logger);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => orchestrator.StopAsync(cancellationToken);

    public void Dispose() => _hangUp?.Dispose();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Distributed application starting. Application host directory is: {Directory}")]
        public static partial void Starting(ILogger logger, string? directory);

        [LoggerMessage(Level = LogLevel.Information, Message = "This build has no dashboard: the package feed lacks Aspire, and a local engine stands in for it.")]
        public static partial void NoDashboard(ILogger logger);

        [LoggerMessage(Level = LogLevel.Information, Message = "Distributed application started. Press Ctrl+C to shut down.")]
        public static partial void Started(ILogger logger);
    }
}
