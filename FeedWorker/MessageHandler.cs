using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microblog.Contracts;
using Microblog.FeedWorker.Push;

namespace Microblog.FeedWorker;

/// <summary>Gives a message to the class that knows what to do. Knows nothing of the broker, so tests call it directly.</summary>
public sealed class MessageHandler(StatusFanOut fanOut, FollowMerge follows, Notifier notifier, Conversations conversations, StreamPublisher streams, PushQueue pushQueue, PushSender pushes)
{
    /// <summary>Applies a message; applying it again changes nothing.</summary>
    /// <exception cref="UnknownMessageException">No such routing key.</exception>
    /// <exception cref="JsonException">The body is not the message it claims to be.</exception>
    public Task HandleAsync(string routingKey, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => routingKey switch
    {
        BrokerTopology.StatusPosted => PostedAsync(Read(body, MessageJson.Default.StatusPosted), cancellationToken),
        BrokerTopology.StatusEdited => EditedAsync(Read(body, MessageJson.Default.StatusEdited), cancellationToken),
        BrokerTopology.StatusDeleted => DeletedAsync(Read(body, MessageJson.Default.StatusDeleted), cancellationToken),
        BrokerTopology.TimelineSlice => fanOut.SliceAsync(Read(body, MessageJson.Default.TimelineSlice), cancellationToken),
        BrokerTopology.FollowChanged => FollowedAsync(Read(body, MessageJson.Default.FollowChanged), cancellationToken),
        BrokerTopology.HomeChanged => follows.ChangedAsync(Read(body, MessageJson.Default.HomeChanged), cancellationToken),
        BrokerTopology.FavouriteChanged => NotifiedAsync(notifier.FavouriteAsync(Read(body, MessageJson.Default.FavouriteChanged), cancellationToken), cancellationToken),
        BrokerTopology.PollEnded => PollEndedAsync(Read(body, MessageJson.Default.PollEnded), cancellationToken),
        BrokerTopology.PushDue => pushes.SendAsync(Read(body, MessageJson.Default.PushDue), cancellationToken),
        _ => throw new UnknownMessageException(routingKey),
    };

    private async Task PostedAsync(StatusPosted message, CancellationToken cancellationToken)
    {
        // Public streams need no fan-out and do not wait for a long one.
        streams.Posted(message);
        await fanOut.PostedAsync(message, cancellationToken);
        streams.Talked(await conversations.PostedAsync(message.StatusId, cancellationToken));
        await NotifiedAsync(notifier.PostedAsync(message.StatusId, cancellationToken), cancellationToken);
    }

    private async Task EditedAsync(StatusEdited message, CancellationToken cancellationToken)
    {
        if (message.ReachesMore)
        {
            await fanOut.EditedAsync(message, cancellationToken);
        }
        streams.Edited(message.StatusId, message.AuthorId);
        streams.Talked(await conversations.PostedAsync(message.StatusId, cancellationToken));
        await NotifiedAsync(notifier.EditedAsync(message.StatusId, cancellationToken), cancellationToken);
    }

    private async Task DeletedAsync(StatusDeleted message, CancellationToken cancellationToken)
    {
        streams.Deleted(message);
        await fanOut.DeletedAsync(message, cancellationToken);
        await conversations.DeletedAsync(message.StatusId, cancellationToken);
        if (message.ReblogOfId is { } original)
        {
            await notifier.UnrebloggedAsync(message.AuthorId, original, cancellationToken);
        }
    }

    private async Task FollowedAsync(FollowChanged message, CancellationToken cancellationToken)
    {
        await follows.ChangedAsync(message, cancellationToken);
        await NotifiedAsync(notifier.FollowAsync(message, cancellationToken), cancellationToken);
    }

    private async Task PollEndedAsync(PollEnded message, CancellationToken cancellationToken)
    {
        await NotifiedAsync(notifier.PollEndedAsync(message, cancellationToken), cancellationToken);
        streams.Refreshed(message.StatusId);
    }

    /// <summary>Tells the streams and the push services what was committed. What a policy keeps back is not told to anybody.</summary>
    private async Task NotifiedAsync(Task<IReadOnlyList<NewNotification>> notified, CancellationToken cancellationToken)
    {
        IReadOnlyList<NewNotification> told = [.. (await notified).Where(notification => !notification.Filtered)];
        streams.Notified([.. told.Select(notification => new StreamNotice(notification.AccountId, notification.Id))]);
        await pushQueue.AddAsync(told, cancellationToken);
    }

    private static T Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type) where T : class =>
        JsonSerializer.Deserialize(body.Span, type) ?? throw new JsonException("The body is null");
}
