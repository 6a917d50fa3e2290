using System.Diagnostics;

namespace Microblog.TestSupport;

/// <summary>The only way for a test to wait: for something it can see, and not for ever.</summary>
public static class Eventually
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Reads until what was read is right, and returns it.</summary>
    /// <param name="what">What is waited for, for the message of the failure.</param>
    /// <param name="read">Reads the current state.</param>
    /// <param name="isRight">Whether the state is the one waited for.</param>
    /// <param name="timeout">Longest wait; 20 seconds when null.</param>
    /// <exception cref="TimeoutException">It did not become right in time; the message shows the last state.</exception>
    public static async Task<T> BecomesAsync<T>(string what, Func<Task<T>> read, Func<T, bool> isRight, TimeSpan? timeout = null)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var state = await read();
            if (isRight(state))
            {
                return state;
            }
            if (watch.Elapsed > (timeout ?? Longest))
            {
                throw new TimeoutException($"Waited {watch.Elapsed.TotalSeconds:0} s in vain for: {what}. Last seen: {Show(state)}");
            }
            await Task.Delay(Interval);
        }
    }

    /// <summary>Waits until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static Task HoldsAsync(string what, Func<Task<bool>> condition, TimeSpan? timeout = null) =>
        BecomesAsync(what, condition, holds => holds, timeout);

    private static string Show<T>(T state) => state is System.Collections.IEnumerable and not string ? string.Join(", ", ((System.Collections.IEnumerable)state).Cast<object>()) : $"{state}";
}
