using RabbitMQ.Client;

namespace Microblog.Contracts;

/// <summary>
/// Exchanges, queues and routing keys that ApiService and FeedWorker agree on. Both declare them at start, so neither has
/// to be first; declarations are idempotent as long as the arguments here do not change.
/// </summary>
public static class BrokerTopology
{
    /// <summary>Direct exchange that every message is published to, under one of the routing keys below.</summary>
    public const string Exchange = "microblog";

    /// <summary>Topic exchange for messages without hope; keeps the routing key, so that a replay knows where to.</summary>
    public const string DeadLetterExchange = "microblog.dead";

    /// <summary>Headers exchange that picks the waiting queue by the header <see cref="DelayHeader"/>.</summary>
    public const string RetryExchange = "microblog.retry";

    /// <summary>Posts, deletions and follows; short work, never behind a long fan-out.</summary>
    public const string FeedQueue = "feed";

    /// <summary>Slices of large fan-outs, apart from <see cref="FeedQueue"/> so that one big account delays nobody.</summary>
    public const string SliceQueue = "feed.slices";

    /// <summary>Pushes to services of others, apart from all else because those may be slow.</summary>
    public const string PushQueue = "feed.pushes";

    /// <summary>Where dead letters wait to be looked at and replayed.</summary>
    public const string DeadLetterQueue = "feed.dead";

    /// <summary>Routing key of <see cref="Contracts.StatusPosted"/>.</summary>
    public const string StatusPosted = "status.posted";

    /// <summary>Routing key of <see cref="Contracts.StatusDeleted"/>.</summary>
    public const string StatusDeleted = "status.deleted";

    /// <summary>Routing key of <see cref="Contracts.StatusEdited"/>.</summary>
    public const string StatusEdited = "status.edited";

    /// <summary>Routing key of <see cref="Contracts.FollowChanged"/>.</summary>
    public const string FollowChanged = "follow.changed";

    /// <summary>Routing key of <see cref="Contracts.HomeChanged"/>.</summary>
    public const string HomeChanged = "home.changed";

    /// <summary>Routing key of <see cref="Contracts.FavouriteChanged"/>.</summary>
    public const string FavouriteChanged = "favourite.changed";

    /// <summary>Routing key of <see cref="Contracts.PollEnded"/>.</summary>
    public const string PollEnded = "poll.ended";

    /// <summary>Routing key of <see cref="Contracts.TimelineSlice"/>.</summary>
    public const string TimelineSlice = "timeline.slice";

    /// <summary>Routing key of <see cref="Contracts.PushDue"/>.</summary>
    public const string PushDue = "push.due";

    /// <summary>Header that names the waiting queue of a delayed retry.</summary>
    public const string DelayHeader = "delay";

    /// <summary>Header that counts the attempts made before this delivery.</summary>
    public const string AttemptsHeader = "attempts";

    /// <summary>Header with the reason why a message was dead-lettered by a consumer.</summary>
    public const string ReasonHeader = "reason";

    /// <summary>Redeliveries by a crashing consumer after which the broker dead-letters a message itself.</summary>
    public const int DeliveryLimit = 10;

    /// <summary>Waiting times of the delayed retries. Fixed steps, because a queue expires messages only at its head.</summary>
    public static readonly IReadOnlyList<TimeSpan> RetryDelays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)];

    /// <summary>Name of the waiting queue, and value of <see cref="DelayHeader"/>, for the given attempt (0 = first retry).</summary>
    public static string RetryQueue(int attempt) =>
        $"feed.retry.{RetryDelays[Math.Min(attempt, RetryDelays.Count - 1)].TotalSeconds:0}s";

    /// <summary>Declares everything above. Throws what the client throws when the broker refuses an argument.</summary>
    public static async Task DeclareAsync(IChannel channel, CancellationToken cancellationToken = default)
    {
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Direct, durable: true, cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(DeadLetterExchange, ExchangeType.Topic, durable: true, cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(RetryExchange, ExchangeType.Headers, durable: true, cancellationToken: cancellationToken);

        await DeclareWorkQueueAsync(channel, FeedQueue, [StatusPosted, StatusEdited, StatusDeleted, FollowChanged, HomeChanged, FavouriteChanged, PollEnded], cancellationToken);
        await DeclareWorkQueueAsync(channel, SliceQueue, [TimelineSlice], cancellationToken);
        await DeclareWorkQueueAsync(channel, PushQueue, [PushDue], cancellationToken);

        await channel.QueueDeclareAsync(DeadLetterQueue, durable: true, exclusive: false, autoDelete: false, Quorum(), cancellationToken: cancellationToken);
        await channel.QueueBindAsync(DeadLetterQueue, DeadLetterExchange, "#", cancellationToken: cancellationToken);

        for (var attempt = 0; attempt < RetryDelays.Count; attempt++)
        {
            var queue = RetryQueue(attempt);
            var arguments = DeadLettered(Exchange);
            arguments["x-message-ttl"] = (long)RetryDelays[attempt].TotalMilliseconds;
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
            await channel.QueueBindAsync(queue, RetryExchange, "", new Dictionary<string, object?> { [DelayHeader] = queue, ["x-match"] = "all" }, cancellationToken: cancellationToken);
        }
    }

    private static async Task DeclareWorkQueueAsync(IChannel channel, string queue, string[] routingKeys, CancellationToken cancellationToken)
    {
        var arguments = DeadLettered(DeadLetterExchange);
        arguments["x-delivery-limit"] = DeliveryLimit;
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
        foreach (var routingKey in routingKeys)
        {
            await channel.QueueBindAsync(queue, Exchange, routingKey, cancellationToken: cancellationToken);
        }
    }

    private static Dictionary<string, object?> Quorum() => new() { ["x-queue-type"] = "quorum" };

    /// <summary>A delivery limit or TTL alone drops messages; at-least-once dead-lettering keeps them through a broker crash, and demands reject-publish.</summary>
    private static Dictionary<string, object?> DeadLettered(string exchange) => new(Quorum())
    {
        ["x-dead-letter-exchange"] = exchange,
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };
}
