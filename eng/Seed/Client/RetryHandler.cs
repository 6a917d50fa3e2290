using System.Net;

namespace Microblog.Seed.Client;

/// <summary>
/// Repeats requests that failed for a passing reason: connection trouble, a timeout, 429 and 5xx. Every request of this
/// program may be repeated: posts carry an Idempotency-Key, follows and log-ins are idempotent, and a repeated sign-up
/// is answered with ERR_TAKEN, which leads to a log-in.
/// </summary>
internal sealed class RetryHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int Attempts = 8;
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // A server that asks for more is not having a bad moment: its rate limits are not made for seeding.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(2);

    private long _repeated;

    /// <summary>How many attempts were repeated so far.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan pause;
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(AttemptTimeout);
            try
            {
                var response = await base.SendAsync(request, timeout.Token);
                await response.Content.LoadIntoBufferAsync(timeout.Token);
                pause = PauseAfter(response, attempt);
                if (!IsPassing(response.StatusCode) || attempt == Attempts || pause > LongestRetryAfter)
                {
                    return response;
                }

                response.Dispose();
            }
            catch (Exception error) when (attempt < Attempts && IsPassing(error) && !cancellationToken.IsCancellationRequested)
            {
                pause = Backoff(attempt);
            }

            Interlocked.Increment(ref _repeated);
            await Task.Delay(pause, cancellationToken);
        }
    }

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    private static bool IsPassing(Exception error) => error is HttpRequestException or OperationCanceledException or IOException;

    private static TimeSpan PauseAfter(HttpResponseMessage response, int attempt)
    {
        var asked = response.Headers.RetryAfter;
        var pause = asked?.Delta ?? (asked?.Date - DateTimeOffset.UtcNow) ?? TimeSpan.Zero;
        return pause > TimeSpan.Zero ? pause + Jitter(TimeSpan.FromMilliseconds(250)) : Backoff(attempt);
    }

    private static TimeSpan Backoff(int attempt)
    {
        var pause = TimeSpan.FromMilliseconds(100 * Math.Pow(2, attempt - 1));
        return Jitter(pause < LongestPause ? pause : LongestPause);
    }

    private static TimeSpan Jitter(TimeSpan span) => span * (0.5 + (Random.Shared.NextDouble() * 0.5));
}
