using System.Text;
using Microblog.Contracts;
using RabbitMQ.Client;

namespace Microblog.TestSupport;

/// <summary>RabbitMQ as tests see it: how much waits where, and messages put there by hand.</summary>
/// <param name="connection">Connection string, an <c>amqp:</c> URI.</param>
public sealed class Broker(string connection)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Connection string, an <c>amqp:</c> URI.</summary>
    public string Connection => connection;

    /// <summary>Every queue of the topology.</summary>
    public static IEnumerable<string> Queues =>
        [BrokerTopology.FeedQueue, BrokerTopology.SliceQueue, BrokerTopology.PushQueue, BrokerTopology.DeadLetterQueue, .. Enumerable.Range(0, BrokerTopology.RetryDelays.Count).Select(BrokerTopology.RetryQueue)];

    /// <summary>A factory as the services use it.</summary>
    public ConnectionFactory Factory(string? uri = null) => new() { Uri = new Uri(uri ?? connection), AutomaticRecoveryEnabled = false };

    /// <summary>Declares the topology, as every service does at its start.</summary>
    public Task DeclareAsync() => UseAsync(async channel =>
    {
        await BrokerTopology.DeclareAsync(channel);
        return true;
    });

    /// <summary>Declares the topology and empties its queues.</summary>
    public Task ResetAsync() => UseAsync(async channel =>
    {
        await BrokerTopology.DeclareAsync(channel);
        foreach (var queue in Queues)
        {
            await channel.QueuePurgeAsync(queue);
        }
        return true;
    });

    /// <summary>Messages ready in a queue.</summary>
    public Task<uint> CountAsync(string queue) => UseAsync(channel => channel.MessageCountAsync(queue));

    /// <summary>Publishes a body, confirmed.</summary>
    public Task PublishAsync(string routingKey, string body, string exchange = BrokerTopology.Exchange) => UseAsync(async channel =>
    {
        await channel.BasicPublishAsync(exchange, routingKey, mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes(body));
        return true;
    });

    /// <summary>Takes a message out of a queue; null when there is none.</summary>
    public Task<Letter?> TakeAsync(string queue) => UseAsync(async channel =>
    {
        if (await channel.BasicGetAsync(queue, autoAck: true) is not { } taken)
        {
            return null;
        }
        var headers = taken.BasicProperties.Headers?.Where(header => header.Value is byte[]).ToDictionary(header => header.Key, header => Encoding.UTF8.GetString((byte[])header.Value!));
        return new Letter(taken.RoutingKey, Encoding.UTF8.GetString(taken.Body.Span), headers ?? []);
    });

    /// <summary>Takes every message out of a queue.</summary>
    public async Task<List<Letter>> TakeAllAsync(string queue)
    {
        var letters = new List<Letter>();
        while (await TakeAsync(queue) is { } letter)
        {
            letters.Add(letter);
        }
        return letters;
    }

    /// <summary>Runs something on a channel with confirms.</summary>
    public async Task<T> UseAsync<T>(Func<IChannel, Task<T>> use)
    {
        await using var open = await Factory().CreateConnectionAsync("test").WaitAsync(ConnectTimeout);
        await using var channel = await open.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        return await use(channel);
    }
}

/// <summary>A message taken out of a queue.</summary>
/// <param name="RoutingKey">Its routing key.</param>
/// <param name="Body">Its body, as text.</param>
/// <param name="Headers">Its headers that are text.</param>
public sealed record Letter(string RoutingKey, string Body, IReadOnlyDictionary<string, string> Headers);
