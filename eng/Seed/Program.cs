using System.Runtime.InteropServices;
using Microblog.Seed;
using Microblog.Seed.Progress;

const int Failed = 1;
const int Interrupted = 130;

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    var options = SeedOptions.Parse(args);
    if (options.IsHelp)
    {
        Console.Out.WriteLine(SeedOptions.Help);
        return 0;
    }

    await new SeedRun(options, ServerAddress.Find(options.Url), ProgressReporter.ForConsole()).RunAsync(stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("seed: stopped; the same command goes on where it was");
    return Interrupted;
}
catch (Exception error) when (error is SeedException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"seed: {error.Message}");
    return Failed;
}
