using System.Collections.Concurrent;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Npgsql;

namespace Microblog.ApiService.Streaming;

/// <summary>Everybody who listens to this process. Ends them all when it stops, and those whose token is revoked as soon as that is known.</summary>
public sealed partial class StreamConnections(AccessTokens tokens, RevokedTokens revoked, StreamOptions options, StreamMetrics metrics, IHostApplicationLifetime lifetime, ILogger<StreamConnections> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<StreamConnection, byte> _all = [];
    private readonly Dictionary<long, int> _perAccount = [];
    private readonly Lock _lock = new();

    /// <summary>Every stream of every connection.</summary>
    public IEnumerable<StreamSubscription> Streams => _all.Keys.SelectMany(connection => connection.Streams.Values);

    /// <summary>True when nobody listens.</summary>
    public bool IsEmpty => _all.IsEmpty;

    /// <summary>Takes a connection in until the returned value is disposed of.</summary>
    /// <exception cref="ApiException">401 when its token was revoked meanwhile, 429 when the account has too many, 503 when the process has, or is stopping.</exception>
    public async Task<IDisposable> AddAsync(StreamConnection connection, CancellationToken cancellationToken)
    {
        var registration = Add(connection);
        try
        {
            // Again, now that a revocation would find it.
            return await tokens.FindAsync(connection.Token, cancellationToken) is null ? throw new ApiException(StatusCodes.Status401Unauthorized, "The access token is invalid") : registration;
        }
        catch
        {
            registration.Dispose();
            throw;
        }
    }

    private Registration Add(StreamConnection connection)
    {
        lock (_lock)
        {
            if (_all.Count >= options.PerProcess || lifetime.ApplicationStopping.IsCancellationRequested)
            {
                throw new ApiException(StatusCodes.Status503ServiceUnavailable, "Too many connections, please try again later");
            }
            var count = _perAccount.GetValueOrDefault(connection.AccountId);
            if (count >= options.PerAccount)
            {
                throw new ApiException(StatusCodes.Status429TooManyRequests, "Too many requests");
            }
            _perAccount[connection.AccountId] = count + 1;
            _all[connection] = 0;
        }
        metrics.Connected(1);
        return new Registration(this, connection);
    }

    /// <summary>Ends the connections that a condition holds for.</summary>
    public void End(Func<StreamConnection, bool> condition, StreamEnd reason)
    {
        foreach (var connection in _all.Keys.Where(condition))
        {
            connection.End(reason);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = lifetime.ApplicationStopping.Register(() => End(_ => true, StreamEnd.Stopping));
        void OnRevoked(long tokenId) => End(connection => connection.Caller.TokenId == tokenId, StreamEnd.Revoked);
        revoked.Revoked += OnRevoked;
        using var timer = new PeriodicTimer(options.TokenCheck);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await CheckTokensAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            revoked.Revoked -= OnRevoked;
        }
    }

    /// <summary>Tokens end in other ways too, such as by a withdrawn key.</summary>
    private async Task CheckTokensAsync(CancellationToken cancellationToken)
    {
        foreach (var holders in _all.Keys.GroupBy(connection => connection.Token))
        {
            try
            {
                if (await tokens.FindAsync(holders.Key, cancellationToken) is null)
                {
                    End(connection => connection.Token == holders.Key, StreamEnd.Revoked);
                }
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                // A database that does not answer is no reason to send everybody away.
                Log.NotChecked(logger, exception.Message);
                return;
            }
        }
    }

    private void Remove(StreamConnection connection)
    {
        lock (_lock)
        {
            if (_all.TryRemove(connection, out _) && --_perAccount[connection.AccountId] == 0)
            {
                _perAccount.Remove(connection.AccountId);
            }
        }
        metrics.Connected(-1);
        metrics.Ended(connection.Reason);
    }

    private sealed class Registration(StreamConnections owner, StreamConnection connection) : IDisposable
    {
        public void Dispose() => owner.Remove(connection);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The tokens of streaming clients were not checked: {Reason}")]
        public static partial void NotChecked(ILogger logger, string reason);
    }
}
