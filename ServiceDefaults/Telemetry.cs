using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

public static partial class Extensions
{
    /// <summary>Prefix of our own activity sources and meters; a class that emits names its source <c>Microblog.…</c> and is heard.</summary>
    private const string OwnSources = "Microblog.*";

    /// <summary>Sources and meters of .NET 10 and the clients; they make the instrumentation packages of the template unnecessary.</summary>
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "RabbitMQ.Client.*", "Aspire.RabbitMQ.Client", "OpenTelemetry.Instrumentation.StackExchangeRedis", OwnSources];

    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.*", "System.Net.Http", "System.Net.NameResolution", "System.Runtime", "Npgsql", OwnSources,
    ];

    /// <summary>
    /// Logs, traces and metrics over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, as the Aspire dashboard and every
    /// collector set it; nothing is collected otherwise.
    /// </summary>
    public static TBuilder ConfigureOpenTelemetry<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        // Without this switch the server span of .NET 10 carries no tags (https://learn.microsoft.com/aspnet/core/log-mon/metrics/built-in).
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return builder;
        }
        var resource = ResourceBuilder.CreateEmpty()
            .AddService(builder.Environment.ApplicationName, serviceVersion: Assembly.GetEntryAssembly()?.GetName().Version?.ToString())
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
            logging.SetResourceBuilder(resource);
            logging.AddOtlpExporter();
        });
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(Sources)
            .AddOtlpExporter()
            .Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Meters)
            .AddOtlpExporter()
            .Build());
        builder.Services.AddHostedService<TelemetryLifetime>();
        return builder;
    }

    /// <summary>
    /// Adds route and status to the server span, which .NET 10 does not, and keeps probes out of the traces
    /// (https://opentelemetry.io/docs/specs/semconv/http/http-spans/). First in the pipeline, so that it sees the final status.
    /// </summary>
    public static WebApplication UseServerSpanTags(this WebApplication app)
    {
        app.Use(static async (context, next) =>
        {
            var span = context.Features.Get<IHttpActivityFeature>()?.Activity;
            if (span is null)
            {
                await next(context);
                return;
            }
            if (context.Request.Path.StartsWithSegments(HealthPath) || context.Request.Path.StartsWithSegments(AlivePath))
            {
                span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            }
            try
            {
                await next(context);
            }
            finally
            {
                var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
                span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
                span.SetTag("http.route", route);
                span.SetTag("http.response.status_code", context.Response.StatusCode);
                if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
                {
                    span.SetStatus(ActivityStatusCode.Error);
                }
            }
        });
        return app;
    }

    /// <summary>Starts the providers with the host and flushes them at its end.</summary>
    private sealed class TelemetryLifetime(TracerProvider tracer, MeterProvider meter) : IHostedService
    {
        private const int FlushMilliseconds = 2000;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            tracer.ForceFlush(FlushMilliseconds);
            meter.ForceFlush(FlushMilliseconds);
            return Task.CompletedTask;
        }
    }
}
