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

    /// <summary>Declares all of <see cref="BrokerDeclarations"/>. Throws what the client throws when the broker refuses an argument.</summary>
    public static async Task DeclareAsync(IChannel channel, CancellationToken cancellationToken = default)
    {
        foreach (var exchange in BrokerDeclarations.Exchanges)
        {
            await channel.ExchangeDeclareAsync(exchange.Name, exchange.Type, durable: true, cancellationToken: cancellationToken);
        }

        foreach (var queue in BrokerDeclarations.Queues)
        {
            await channel.QueueDeclareAsync(queue.Name, durable: true, exclusive: false, autoDelete: false, queue.Arguments.ToDictionary(), cancellationToken: cancellationToken);
        }

        foreach (var binding in BrokerDeclarations.Bindings)
        {
            await channel.QueueBindAsync(binding.Queue, binding.Exchange, binding.RoutingKey, binding.Arguments.ToDictionary(), cancellationToken: cancellationToken);
        }
    }
}
