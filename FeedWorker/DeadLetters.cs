using Microblog.Contracts;
using RabbitMQ.Client;

namespace Microblog.FeedWorker;

/// <summary>Sends dead letters back to where they came from, after their cause has been mended.</summary>
public sealed partial class DeadLetters(IConnectionFactory factory, BrokerPublisher publisher, ILogger<DeadLetters> logger)
{
    /// <summary>Most letters of one call; the answer says when there are more.</summary>
    private const int MaxLetters = 10_000;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Publishes the dead letters under their old routing keys, with their attempts forgotten, and says how many.</summary>
    public async Task<string> ReplayAsync(CancellationToken cancellationToken)
    {
        await using var connection = await factory.CreateConnectionAsync("dead letters", cancellationToken).WaitAsync(ConnectTimeout, cancellationToken);
        await using var letters = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var target = await publisher.ChannelAsync(cancellationToken);
        var replayed = 0;
        // Only those that are there now: one that dies again at once must not go round for ever.
        var waiting = Math.Min(await letters.MessageCountAsync(BrokerTopology.DeadLetterQueue, cancellationToken), MaxLetters);
        while (replayed < waiting && await letters.BasicGetAsync(BrokerTopology.DeadLetterQueue, autoAck: false, cancellationToken) is { } letter)
        {
            var properties = new BasicProperties(letter.BasicProperties) { Persistent = true };
            properties.Headers?.Remove(BrokerTopology.AttemptsHeader);
            // Confirmed before the dead letter is removed: a crash in between doubles a message, which changes nothing.
            await target.BasicPublishAsync(BrokerTopology.Exchange, letter.RoutingKey, mandatory: true, properties, letter.Body.ToArray(), cancellationToken);
            await letters.BasicAckAsync(letter.DeliveryTag, multiple: false, cancellationToken);
            replayed++;
        }
        Log.Replayed(logger, replayed);
        var left = await letters.MessageCountAsync(BrokerTopology.DeadLetterQueue, cancellationToken);
        return $"{replayed} dead letters replayed, {left} left.";
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Count} dead letters were sent back to their queues")]
        public static partial void Replayed(ILogger logger, int count);
    }
}
