using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// What every process of the system shares: telemetry, health and shutdown. Same method names as the Aspire template, so
/// that a reader who knows one project knows this one.
/// </summary>
public static partial class Extensions
{
    private const string HealthPath = "/health";
    private const string AlivePath = "/alive";
    private const string LiveTag = "live";

    /// <summary>Longest time that a stopping process gives its requests and loops to finish; the upload of an image takes the longest.</summary>
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Adds telemetry, health checks and a bounded, draining shutdown.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.ConfigureOpenTelemetry();
        builder.AddDefaultHealthChecks();
        builder.Services.Configure<HostOptions>(options =>
        {
            options.ShutdownTimeout = builder.Configuration.ShutdownDelay + DrainTimeout;
            // A background loop that dies takes the process with it: half a process that looks healthy is worse than a restart.
            options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.StopHost;
        });
        builder.Services.AddHostedService<ShutdownDelay>();
        return builder;
    }

    /// <summary>Adds the checks <c>self</c>, which only says that the process answers, and <c>staying</c>, which says that it is not about to stop.</summary>
    public static TBuilder AddDefaultHealthChecks<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]).AddCheck<ShutdownDelay.Check>("staying");
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (ready: every check) and <c>/alive</c> (live: only those tagged so), in every environment: probes need
    /// them in production. Where <c>MANAGEMENT_PORT</c> names a port they answer only there, out of reach of the public.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        var health = app.MapHealthChecks(HealthPath, new HealthCheckOptions { ResponseWriter = WriteReportAsync });
        var alive = app.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag) });
        if (app.Configuration.ManagementPort is { } port)
        {
            health.RequireLocalPort(port);
            alive.RequireLocalPort(port);
        }
        return app;
    }

    /// <summary>
    /// Group <c>/manage</c> for the operations of a process. Only on the management port; where there is none nothing is mapped,
    /// because these routes ask for no credentials.
    /// </summary>
    public static WebApplication MapManagement(this WebApplication app, Action<RouteGroupBuilder> map)
    {
        if (app.Configuration.ManagementPort is { } port)
        {
            // Not in descriptions of an API either: who reads those cannot come here.
            map(app.MapGroup("/manage").RequireLocalPort(port).ExcludeFromDescription());
        }
        return app;
    }

    extension(IConfiguration configuration)
    {
        /// <summary>Port of health and management routes from <c>MANAGEMENT_PORT</c>; null when they share the public port.</summary>
        public int? ManagementPort => configuration.GetValue<int?>("MANAGEMENT_PORT");

        /// <summary>How long a process that was told to stop goes on answering, from <c>SHUTDOWN_DELAY_SECONDS</c>.</summary>
        internal TimeSpan ShutdownDelay => configuration["SHUTDOWN_DELAY_SECONDS"] switch
        {
            null or "" => TimeSpan.Zero,
            var setting when int.TryParse(setting, out var seconds) && seconds is >= 0 and <= 60 => TimeSpan.FromSeconds(seconds),
            var setting => throw new InvalidOperationException($"SHUTDOWN_DELAY_SECONDS is '{setting}'; it must be a number of seconds from 0 to 60."),
        };
    }

    /// <summary>The connection's own port decides, not the Host header, which a client writes as it likes.</summary>
    private static TBuilder RequireLocalPort<TBuilder>(this TBuilder builder, int port) where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            var inner = endpoint.RequestDelegate;
            endpoint.RequestDelegate = context =>
            {
                if (context.Connection.LocalPort == port)
                {
                    return inner?.Invoke(context) ?? Task.CompletedTask;
                }
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            };
        });
        return builder;
    }

    private static Task WriteReportAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(
            new
            {
                status = report.Status.ToString(),
                checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { status = entry.Value.Status.ToString(), entry.Value.Description }),
            },
            context.RequestAborted);
}
