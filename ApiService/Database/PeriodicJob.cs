namespace Microblog.ApiService.Database;

/// <summary>Work that every process repeats in the background. One step is bounded and does no harm when two processes take it at once; tests call it directly.</summary>
/// <param name="interval">Pause between two steps that found nothing more to do.</param>
/// <param name="logger">Hears of failed steps.</param>
/// <param name="startsAtOnce">Whether the first step is taken as the process starts, instead of after the first pause.</param>
public abstract partial class PeriodicJob(TimeSpan interval, ILogger logger, bool startsAtOnce = false) : BackgroundService
{
    /// <summary>For what a step has to say besides its failure.</summary>
    protected ILogger Logger => logger;

    /// <summary>Does a bounded part of the work and returns how much; 0 when nothing is left.</summary>
    public abstract Task<int> RunOnceAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            if (!startsAtOnce)
            {
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            do
            {
                await RunAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await RunOnceAsync(stoppingToken) > 0)
            {
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
        // A step that fails is taken again; nothing else may end the loop.
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            Log.Failed(logger, GetType().Name, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A step of {Job} failed and will be repeated")]
        public static partial void Failed(ILogger logger, string job, Exception exception);
    }
}
