namespace Aspire.Hosting.ApplicationModel;

public partial class ResourceCommandService
{
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _logs;
    private readonly IServiceProvider _services;

    internal ResourceCommandService(ResourceNotificationService notifications, ResourceLoggerService logs, IServiceProvider services)
    {
        _notifications = notifications;
        _logs = logs;
        _services = services;
    }

    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default) =>
        _notifications.TryGetCurrentState(resourceId, out var current)
            ? ExecuteAsync(current.Resource, current.ResourceId, commandName, cancellationToken)
            : Task.FromResult(CommandResults.Failure($"Resource '{resourceId}' not found."));

    /// <summary>Runs the command on every replica of the resource.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        var ids = resource.Ids();
        var results = await Task.WhenAll(ids.Select(id => ExecuteAsync(resource, id, commandName, cancellationToken)));
        if (results.Length == 1)
        {
            return results[0];
        }

        var failures = ids.Zip(results).Where(r => r.Second is { Success: false, Canceled: false }).ToArray();
        if (failures.Length > 0)
        {
            return CommandResults.Failure($"{failures.Length} command executions failed." + string.Concat(failures.Select(f =>
                $"{Environment.NewLine}Resource '{f.First}' failed with error message: {f.Second.Message}")));
        }

        return results.Any(r => r.Canceled)
            ? CommandResults.Canceled()
            : new ExecuteCommandResult { Success = true, Data = results.Select(r => r.Data).FirstOrDefault(d => d is not null) };
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(IResource resource, string resourceId, string commandName, CancellationToken cancellationToken)
    {
        var log = _logs.GetLogger(resourceId);
        var command = resource.Annotations.OfType<ResourceCommandAnnotation>().LastOrDefault(c => string.Equals(c.Name, commandName, StringComparison.OrdinalIgnoreCase));
        if (command is null)
        {
            return CommandResults.Failure($"Command '{commandName}' not available for resource '{resourceId}'.");
        }

        try
        {
            Log.Executing(log, commandName);
            var context = new ExecuteCommandContext { ResourceName = resourceId, ServiceProvider = _services, Logger = log, CancellationToken = cancellationToken };
            var result = await command.ExecuteCommand(context);
            Log.Executed(log, commandName, result.Success ? "succeeded" : result.Canceled ? "was canceled" : "failed", result.Message);
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
        catch (Exception exception)
        {
            Log.Failed(log, exception, commandName);
            return CommandResults.Failure($"Unhandled exception thrown. Error message: {exception.Message}");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Executing command '{CommandName}'.")]
        public static partial void Executing(ILogger logger, string commandName);

        [LoggerMessage(Level = LogLevel.Information, Message = "Command '{CommandName}' {Outcome}. {Detail}")]
        public static partial void Executed(ILogger logger, string commandName, string outcome, string? detail);

        [LoggerMessage(Level = LogLevel.Error, Message = "Error executing command '{CommandName}'.")]
        public static partial void Failed(ILogger logger, Exception exception, string commandName);
    }
}
