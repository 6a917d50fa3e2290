using System.Diagnostics;
using System.Text;
using Microblog.AppHost.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microblog.AppHost.Startup;

/// <summary>
/// Watches the resources. Once all are healthy it prints a table with the times of the start and the addresses; whenever
/// a process fails it prints one line with the end of its log.
/// </summary>
internal sealed partial class StartupReport(
    DistributedApplicationModel model, DataDirectory data, ResourceNotificationService notifications, ResourceLoggerService logs,
    IHostApplicationLifetime lifetime, ILogger<StartupReport> logger)
{
    private const int LogLines = 20;
    private static readonly TimeSpan LogTimeout = TimeSpan.FromSeconds(2);

    private readonly DateTime _began = OwnProcess.Is ? Process.GetCurrentProcess().StartTime.ToUniversalTime() : DateTime.UtcNow;
    private readonly List<ResourceProgress> _resources =
        [.. model.Resources.Where(IsExpected).Select(resource => new ResourceProgress(resource, RunsOnce(model, resource)))];

    /// <summary>Starts watching; ends with the application.</summary>
    public void Begin()
    {
        lifetime.ApplicationStopping.Register(() => File.Delete(data.File(RunningSystem.FileName)));
        _ = Task.Run(() => WatchAsync(lifetime.ApplicationStopping));
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var printed = false;
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken))
            {
                if (_resources.Find(resource => resource.Name == change.Resource.Name) is not { } progress)
                {
                    continue;
                }

                if (progress.Apply(change))
                {
                    Console.WriteLine(await FailureAsync(change, progress, cancellationToken));
                }

                if (!printed && _resources.TrueForAll(resource => resource.Ready is not null))
                {
                    printed = true;
                    var running = await RunningSystem.ReadAsync(model, cancellationToken);
                    running.Save(data);
                    Console.WriteLine(Table(running));
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application stops.
        }
        catch (Exception error)
        {
            Log.Failed(logger, error);
        }
    }

    // Aspire adds hidden helpers to the model and lets tools rest until they are started by hand; neither is waited for.
    private static bool IsExpected(IResource resource) =>
        resource is ProjectResource or ContainerResource or ExecutableResource
        && !resource.Annotations.OfType<ExplicitStartupAnnotation>().Any()
        && resource.Annotations.OfType<ResourceSnapshotAnnotation>().LastOrDefault()?.InitialSnapshot.IsHidden is not true;

    private static bool RunsOnce(DistributedApplicationModel model, IResource resource) => model.Resources
        .SelectMany(other => other.Annotations.OfType<WaitAnnotation>())
        .Any(wait => wait.Resource == resource && wait.WaitType is WaitType.WaitForCompletion);

    private string Table(RunningSystem running)
    {
        var text = new StringBuilder($"\nMicroblog is up after {Seconds(_resources.Max(resource => resource.Ready))} s; data in {data.FullPath}\n\n");
        text.Append("  resource      state        started    ready\n");
        foreach (var resource in _resources.OrderBy(resource => resource.Ready))
        {
            text.Append($"  {resource.Name,-12}  {resource.State,-11}  {Seconds(resource.Started),5} s  {Seconds(resource.Ready),5} s\n");
        }

        text.Append('\n');
        Append(text, "API", running.ApiUrl);
        Append(text, "Health", running.ManagementUrl is { } management ? $"{management}/health" : null);
        Append(text, "Queues", running.QueuesUrl is { } queues ? $"{queues} (user and password: connection string rabbitmq in {RunningSystem.FileName})" : null);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, string? value)
    {
        if (value is not null)
        {
            text.Append($"  {name,-8}  {value}\n");
        }
    }

    private string Seconds(DateTime? moment) =>
        moment is { } time ? FormattableString.Invariant($"{Math.Max(0, (time - _began).TotalSeconds):0.0}") : "";

    private async Task<string> FailureAsync(ResourceEvent change, ResourceProgress progress, CancellationToken cancellationToken)
    {
        var lines = new Queue<string>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LogTimeout);
        try
        {
            await foreach (var batch in logs.GetAllAsync(change.ResourceId).WithCancellation(limit.Token))
            {
                foreach (var line in batch)
                {
                    lines.Enqueue(line.Content);
                    if (lines.Count > LogLines)
                    {
                        lines.Dequeue();
                    }
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What was read in time is shown.
        }

        var end = lines.Count > 0 ? $" The end of its log:\n    {string.Join("\n    ", lines)}" : "";
        return $"microblog: {change.Resource.Name} failed ({progress.State}).{end}";
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The start could not be watched any further")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
