using RabbitMQ.Client;

namespace Microblog.Contracts;

/// <summary>A durable exchange.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">One of <see cref="ExchangeType"/>.</param>
public sealed record BrokerExchange(string Name, string Type);

/// <summary>A durable queue.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">Texts and whole numbers only, so that they can be written down as JSON.</param>
public sealed record BrokerQueue(string Name, IReadOnlyDictionary<string, object?> Arguments);

/// <summary>What sends messages of an exchange into a queue.</summary>
/// <param name="Exchange">Where they come from.</param>
/// <param name="Queue">Where they go.</param>
/// <param name="RoutingKey">Which of them; empty when the arguments decide.</param>
/// <param name="Arguments">The headers asked for, at an exchange that looks at them.</param>
public sealed record BrokerBinding(string Exchange, string Queue, string RoutingKey, IReadOnlyDictionary<string, object?> Arguments);

/// <summary>
/// What there is on the broker, in the order in which it can be declared. The processes declare it at start, and the published
/// model gives the same list to a broker that is set up before they come.
/// </summary>
public static class BrokerDeclarations
{
    private static readonly Dictionary<string, object?> None = [];

    private static readonly string[] FeedKeys =
    [
        BrokerTopology.StatusPosted, BrokerTopology.StatusEdited, BrokerTopology.StatusDeleted, BrokerTopology.FollowChanged,
        BrokerTopology.HomeChanged, BrokerTopology.FavouriteChanged, BrokerTopology.PollEnded,
    ];

    /// <summary>All exchanges.</summary>
    public static IReadOnlyList<BrokerExchange> Exchanges { get; } =
    [
        new(BrokerTopology.Exchange, ExchangeType.Direct),
        new(BrokerTopology.DeadLetterExchange, ExchangeType.Topic),
        new(BrokerTopology.RetryExchange, ExchangeType.Headers),
    ];

    /// <summary>All queues.</summary>
    public static IReadOnlyList<BrokerQueue> Queues { get; } =
    [
        Work(BrokerTopology.FeedQueue),
        Work(BrokerTopology.SliceQueue),
        Work(BrokerTopology.PushQueue),
        new(BrokerTopology.DeadLetterQueue, Quorum()),
        .. BrokerTopology.RetryDelays.Select((delay, attempt) => new BrokerQueue(
            BrokerTopology.RetryQueue(attempt),
            new Dictionary<string, object?>(DeadLettered(BrokerTopology.Exchange)) { ["x-message-ttl"] = (long)delay.TotalMilliseconds })),
    ];

    /// <summary>All bindings.</summary>
    public static IReadOnlyList<BrokerBinding> Bindings { get; } =
    [
        .. FeedKeys.Select(key => new BrokerBinding(BrokerTopology.Exchange, BrokerTopology.FeedQueue, key, None)),
        new(BrokerTopology.Exchange, BrokerTopology.SliceQueue, BrokerTopology.TimelineSlice, None),
        new(BrokerTopology.Exchange, BrokerTopology.PushQueue, BrokerTopology.PushDue, None),
        new(BrokerTopology.DeadLetterExchange, BrokerTopology.DeadLetterQueue, "#", None),
        .. BrokerTopology.RetryDelays.Select((_, attempt) => new BrokerBinding(
            BrokerTopology.RetryExchange, BrokerTopology.RetryQueue(attempt), "",
            new Dictionary<string, object?> { [BrokerTopology.DelayHeader] = BrokerTopology.RetryQueue(attempt), ["x-match"] = "all" })),
    ];

    private static BrokerQueue Work(string name) =>
        new(name, new Dictionary<string, object?>(DeadLettered(BrokerTopology.DeadLetterExchange)) { ["x-delivery-limit"] = BrokerTopology.DeliveryLimit });

    private static Dictionary<string, object?> Quorum() => new() { ["x-queue-type"] = "quorum" };

    /// <summary>A delivery limit or TTL alone drops messages; at-least-once dead-lettering keeps them through a broker crash, and demands reject-publish.</summary>
    private static Dictionary<string, object?> DeadLettered(string exchange) => new(Quorum())
    {
        ["x-dead-letter-exchange"] = exchange,
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };
}
