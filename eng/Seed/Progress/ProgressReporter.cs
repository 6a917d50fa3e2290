namespace Microblog.Seed.Progress;

/// <summary>
/// Shows how far the work is on standard error: one line that is redrawn on a terminal, plain lines every few seconds
/// elsewhere.
/// </summary>
internal sealed class ProgressReporter(TextWriter output, bool terminal)
{
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PrintEvery = TimeSpan.FromSeconds(5);

    private int _drawn;

    /// <summary>Reports on standard error.</summary>
    public static ProgressReporter ForConsole() => new(Console.Error, !Console.IsErrorRedirected);

    /// <summary>Prints a line of its own.</summary>
    public void Print(string line) => output.WriteLine(line);

    /// <summary>Runs one phase while showing its progress; the work calls <see cref="PhaseCounter.Step"/>.</summary>
    /// <param name="name">The name shown.</param>
    /// <param name="total">How many steps there are.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Stops the display; the work watches it by itself.</param>
    /// <returns>The time that the phase took.</returns>
    public async Task<TimeSpan> RunAsync(string name, int total, Func<PhaseCounter, Task> work, CancellationToken cancellationToken)
    {
        var counter = new PhaseCounter(name, total);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var display = ShowAsync(counter, done.Token);
        try
        {
            await work(counter);
        }
        finally
        {
            await done.CancelAsync();
            await display;
            Show(counter, last: true);
        }

        return counter.Elapsed;
    }

    private async Task ShowAsync(PhaseCounter counter, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(terminal ? RedrawEvery : PrintEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                Show(counter, last: false);
            }
        }
        catch (OperationCanceledException)
        {
            // The phase is over.
        }
    }

    private void Show(PhaseCounter counter, bool last)
    {
        if (!terminal)
        {
            output.WriteLine(counter.Describe(last));
            return;
        }

        var line = $"{counter.DrawBar()} {counter.Describe(last)}";
        output.Write('\r' + line.PadRight(_drawn));
        _drawn = line.Length;
        if (last)
        {
            output.WriteLine();
            _drawn = 0;
        }
    }
}
