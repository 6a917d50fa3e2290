using System.Threading.Channels;
using Microblog.Contracts;
using Npgsql;
using StackExchange.Redis;

namespace Microblog.ApiService.Timelines;

/// <summary>
/// Rebuilds lists that a reader found missing, behind the reader's back: the reader itself is answered from PostgreSQL. Only one
/// process builds a list (the list itself is the lock), and a queue that is full drops requests: the next read asks again.
/// </summary>
public sealed partial class TimelineBuilder(HomeTimeline home, AuthorTimeline authors, NpgsqlDataSource primary, ApiMetrics metrics, ILogger<TimelineBuilder> logger)
    : BackgroundService
{
    private const int Workers = 2;

    private static readonly TimeSpan BuildTimeout = TimeSpan.FromSeconds(10);

    private readonly Channel<Request> _requests = Channel.CreateBounded<Request>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Asks for the home of an account to be built.</summary>
    public void RequestHome(long accountId) => _requests.Writer.TryWrite(new Request(accountId, OfAuthor: false));

    /// <summary>Asks for the list of an author to be built.</summary>
    public void RequestAuthor(long accountId) => _requests.Writer.TryWrite(new Request(accountId, OfAuthor: true));

    /// <summary>Builds one list unless it is there or somebody is at it. True when it was built.</summary>
    public Task<bool> BuildHomeAsync(long accountId, CancellationToken cancellationToken) => BuildAsync(home, accountId,
        connection => TimelineQueries.HomeAsync(connection, accountId, long.MaxValue, 0, upwards: false, home.MaxItems + 1, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (accountId, ofAuthor) in _requests.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                    timeout.CancelAfter(BuildTimeout);
                    await (ofAuthor ? BuildAuthorAsync(accountId, timeout.Token) : BuildHomeAsync(accountId, timeout.Token));
                }
                catch (Exception exception) when (exception is RedisException or TimeoutException or NpgsqlException || (exception is OperationCanceledException && !stoppingToken.IsCancellationRequested))
                {
                    Log.NotBuilt(logger, accountId, exception.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private Task<bool> BuildAuthorAsync(long accountId, CancellationToken cancellationToken) => BuildAsync(authors, accountId,
        connection => TimelineQueries.AuthorAsync(connection, accountId, authors.MaxItems + 1, cancellationToken), cancellationToken);

    private async Task<bool> BuildAsync(TimelineList list, long accountId, Func<NpgsqlConnection, Task<IReadOnlyList<long>>> load, CancellationToken cancellationToken)
    {
        if (!list.IsConnected || !await list.BeginBuildAsync(accountId, cancellationToken))
        {
            return false;
        }
        try
        {
            // From the primary, and only now: see BeginBuildAsync.
            await using var connection = await primary.OpenConnectionAsync(cancellationToken);
            var past = await load(connection);
            await list.EndBuildAsync(accountId, past, complete: past.Count <= list.MaxItems, cancellationToken);
            metrics.TimelineBuilt();
            return true;
        }
        catch
        {
            // Half a list must not stay: it expires by itself, but nobody could read the timeline from Redis until then.
            await list.DropAsync(accountId, CancellationToken.None);
            throw;
        }
    }

    private readonly record struct Request(long AccountId, bool OfAuthor);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The timeline of account {AccountId} was not rebuilt: {Reason}")]
        public static partial void NotBuilt(ILogger logger, long accountId, string reason);
    }
}
