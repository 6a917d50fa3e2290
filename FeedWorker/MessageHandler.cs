using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microblog.Contracts;

namespace Microblog.FeedWorker;

/// <summary>Gives a message to the class that knows what to do. Knows nothing of the broker, so tests call it directly.</summary>
public sealed class MessageHandler(StatusFanOut fanOut, FollowMerge follows, StreamPublisher streams)
{
    /// <summary>Applies a message; applying it again changes nothing.</summary>
    /// <exception cref="UnknownMessageException">No such routing key.</exception>
    /// <exception cref="JsonException">The body is not the message it claims to be.</exception>
    public Task HandleAsync(string routingKey, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => routingKey switch
    {
        BrokerTopology.StatusPosted => PostedAsync(Read(body, MessageJson.Default.StatusPosted), cancellationToken),
        BrokerTopology.StatusDeleted => DeletedAsync(Read(body, MessageJson.Default.StatusDeleted), cancellationToken),
        BrokerTopology.TimelineSlice => fanOut.SliceAsync(Read(body, MessageJson.Default.TimelineSlice), cancellationToken),
        BrokerTopology.FollowChanged => follows.ChangedAsync(Read(body, MessageJson.Default.FollowChanged), cancellationToken),
        _ => throw new UnknownMessageException(routingKey),
    };

    private Task PostedAsync(StatusPosted message, CancellationToken cancellationToken)
    {
        // Public streams need no fan-out and do not wait for a long one.
        streams.Posted(message);
        return fanOut.PostedAsync(message, cancellationToken);
    }

    private Task DeletedAsync(StatusDeleted message, CancellationToken cancellationToken)
    {
        streams.Deleted(message);
        return fanOut.DeletedAsync(message, cancellationToken);
    }

    private static T Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type) where T : class =>
        JsonSerializer.Deserialize(body.Span, type) ?? throw new JsonException("The body is null");
}
