using System.Text.Json;
using Microblog.FeedWorker.Push;
using Npgsql;
using RabbitMQ.Client.Exceptions;
using StackExchange.Redis;

namespace Microblog.FeedWorker;

/// <summary>How the handling of a message ended.</summary>
public enum Outcome
{
    /// <summary>The effect is there: acknowledge.</summary>
    Done,

    /// <summary>A server that is needed is away: try again later, as often as it takes.</summary>
    Transient,

    /// <summary>Failed for an unknown reason: try again a few times, then give up.</summary>
    Failed,

    /// <summary>Can never succeed: dead-letter at once.</summary>
    Hopeless,
}

/// <summary>Sorts failures into outcomes.</summary>
public static class Outcomes
{
    /// <summary>The outcome that an exception stands for.</summary>
    public static Outcome Of(Exception exception) => exception switch
    {
        JsonException or UnknownMessageException => Outcome.Hopeless,
        PostgresException { IsTransient: false, SqlState: not (PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.ReadOnlySqlTransaction) } => Outcome.Failed,
        NpgsqlException or RedisException or TimeoutException or IOException or System.Net.Sockets.SocketException or OperationCanceledException => Outcome.Transient,
        BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException or PublishException => Outcome.Transient,
        HttpRequestException or PushDelayedException => Outcome.Transient,
        _ => Outcome.Failed,
    };
}

/// <summary>A message under a routing key that this version does not know.</summary>
/// <param name="routingKey">The key.</param>
public sealed class UnknownMessageException(string routingKey) : Exception($"No message is known under the routing key '{routingKey}'");
