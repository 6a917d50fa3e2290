using System.Diagnostics;
using System.Globalization;

namespace Microblog.Seed.Progress;

/// <summary>Counts the finished steps of one phase. Safe to use from many threads.</summary>
internal sealed class PhaseCounter(string name, int total)
{
    private const int BarWidth = 24;

    private readonly long _start = Stopwatch.GetTimestamp();
    private int _done;

    /// <summary>The time since the phase began.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Notes one finished step.</summary>
    public void Step() => Interlocked.Increment(ref _done);

    /// <summary>The text of the line: name, n/m, rate per second, and the time left or taken.</summary>
    public string Describe(bool last)
    {
        var done = Volatile.Read(ref _done);
        var seconds = Math.Max(Elapsed.TotalSeconds, 0.001);
        var rate = done / seconds;
        var time = last ? $"in {Format(seconds)}" : done > 0 ? $"ETA {Format((total - done) / rate)}" : "ETA ?";
        return string.Create(CultureInfo.InvariantCulture, $"{name,-9} {done}/{total}  {rate:F0}/s  {time}");
    }

    /// <summary>A bar of fixed width in brackets.</summary>
    public string DrawBar()
    {
        var filled = total == 0 ? BarWidth : (int)((long)Volatile.Read(ref _done) * BarWidth / total);
        return $"[{new string('#', filled)}{new string('.', BarWidth - filled)}]";
    }

    private static string Format(double seconds) => seconds < 60
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)} min {(int)seconds % 60} s");
}
