namespace Aspire.Hosting.Pipelines;

/// <summary>Reports the progress of a step in the log.</summary>
internal sealed partial class LoggedReport(ILogger logger, string step) : IReportingStep
{
    public Task<IReportingTask> CreateTaskAsync(string statusText, CancellationToken cancellationToken = default)
    {
        Log(LogLevel.Information, statusText);
        return Task.FromResult<IReportingTask>(new LoggedTask(this));
    }

    public Task<IReportingTask> CreateTaskAsync(MarkdownString statusText, CancellationToken cancellationToken = default) => CreateTaskAsync(statusText.Value, cancellationToken);

    public void Log(LogLevel logLevel, string message) => Messages.Progress(logger, logLevel, step, message);

    public void Log(LogLevel logLevel, MarkdownString message) => Log(logLevel, message.Value);

    public Task CompleteAsync(string completionText, CompletionState completionState = CompletionState.Completed, CancellationToken cancellationToken = default)
    {
        Log(Level(completionState), completionText);
        return Task.CompletedTask;
    }

    public Task CompleteAsync(MarkdownString completionText, CompletionState completionState = CompletionState.Completed, CancellationToken cancellationToken = default) =>
        CompleteAsync(completionText.Value, completionState, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static LogLevel Level(CompletionState state) => state switch
    {
        CompletionState.CompletedWithError => LogLevel.Error,
        CompletionState.CompletedWithWarning => LogLevel.Warning,
        _ => LogLevel.Information,
    };

    private static partial class Messages
    {
        [LoggerMessage(Message = "{Step}: {Progress}")]
        public static partial void Progress(ILogger logger, LogLevel level, string step, string progress);
    }

    private sealed class LoggedTask(LoggedReport step) : IReportingTask
    {
        public Task UpdateAsync(string statusText, CancellationToken cancellationToken = default) => step.CompleteAsync(statusText, CompletionState.InProgress, cancellationToken);

        public Task UpdateAsync(MarkdownString statusText, CancellationToken cancellationToken = default) => UpdateAsync(statusText.Value, cancellationToken);

        public Task CompleteAsync(string? completionMessage = null, CompletionState completionState = CompletionState.Completed, CancellationToken cancellationToken = default) =>
            completionMessage is null ? Task.CompletedTask : step.CompleteAsync(completionMessage, completionState, cancellationToken);

        public Task CompleteAsync(MarkdownString completionMessage, CompletionState completionState = CompletionState.Completed, CancellationToken cancellationToken = default) =>
            step.CompleteAsync(completionMessage.Value, completionState, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
