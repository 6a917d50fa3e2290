using RabbitMQ.Client;

namespace Microblog.Contracts;

/// <summary>
/// Keeps one channel with publisher confirms open, opening it anew when it or its connection has gone. The topology is declared
/// on each new connection, so a broker that lost its data gets it back before the first publish.
/// </summary>
public sealed class BrokerPublisher(IConnectionFactory factory, string clientName) : IAsyncDisposable
{
    /// <summary>Confirms that may be outstanding before a publish waits.</summary>
    private const int OutstandingConfirms = 256;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _opening = new(1, 1);
    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>True while a channel is open.</summary>
    public bool IsOpen => _channel is { IsOpen: true };

    /// <summary>The open channel. Publishing on it returns when the broker has confirmed.</summary>
    /// <exception cref="RabbitMQ.Client.Exceptions.BrokerUnreachableException">There is no broker to connect to.</exception>
    /// <exception cref="TimeoutException">The broker did not answer in time.</exception>
    public async ValueTask<IChannel> ChannelAsync(CancellationToken cancellationToken = default)
    {
        if (_channel is { IsOpen: true } open)
        {
            return open;
        }
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_channel is { IsOpen: true } opened)
            {
                return opened;
            }
            await CloseAsync();
            _connection = await factory.CreateConnectionAsync(clientName, cancellationToken).WaitAsync(ConnectTimeout, cancellationToken);
            var channel = await _connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, new ThrottlingRateLimiter(OutstandingConfirms)), cancellationToken);
            await BrokerTopology.DeclareAsync(channel, cancellationToken);
            return _channel = channel;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Gives up the channel with whatever waits on it; the next use opens another.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken = default)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            await CloseAsync();
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _opening.Dispose();
    }

    private async Task CloseAsync()
    {
        var (channel, connection) = (_channel, _connection);
        (_channel, _connection) = (null, null);
        if (channel is not null)
        {
            await channel.DisposeAsync();
        }
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }
}
