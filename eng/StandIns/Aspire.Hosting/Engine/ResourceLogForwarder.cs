using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Engine;

/// <summary>Repeats the output of all resources in the host's own log, one category per resource.</summary>
internal sealed partial class ResourceLogForwarder(ResourceNotificationService notifications, ResourceLoggerService logs, IHostEnvironment environment, ILoggerFactory loggers) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var followed = new HashSet<string>();
        try
        {
            await foreach (var update in notifications.WatchAsync(stoppingToken))
            {
                if (followed.Add(update.ResourceId))
                {
                    _ = Task.Run(() => ForwardAsync(update.Resource, update.ResourceId, stoppingToken), CancellationToken.None);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task ForwardAsync(IResource resource, string resourceId, CancellationToken stoppingToken)
    {
        var logger = loggers.CreateLogger($"{environment.ApplicationName}.Resources.{resource.Name}");
        try
        {
            await foreach (var lines in logs.WatchAsync(resourceId).WithCancellation(stoppingToken))
            {
                foreach (var line in lines)
                {
                    Log.Line(logger, line.IsErrorMessage ? LogLevel.Error : LogLevel.Information, line.LineNumber, line.Content);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Message = "{LineNumber}: {LineContent}")]
        public static partial void Line(ILogger logger, LogLevel level, int lineNumber, string lineContent);
    }
}
