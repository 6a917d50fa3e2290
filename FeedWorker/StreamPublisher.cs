using Microblog.Contracts;

namespace Microblog.FeedWorker;

/// <summary>
/// Tells the API processes what connected clients may have to hear of, after the effect is there. A message that is handled again
/// is published again: who has delivered it already knows that. Nothing here waits for Redis or fails with it.
/// </summary>
public sealed class StreamPublisher(StreamChannel channel)
{
    /// <summary>A status was posted; its homes follow by <see cref="InHomes"/>.</summary>
    public void Posted(StatusPosted message) => channel.Publish(new StreamMessage(StreamKind.Posted, message.PostedAt) { StatusId = message.StatusId, AuthorId = message.AuthorId });

    /// <summary>A status is in the homes of a slice.</summary>
    public void InHomes(TimelineSlice slice)
    {
        if (!slice.Remove)
        {
            channel.Publish(new StreamMessage(StreamKind.InHomes, slice.PostedAt) { StatusId = slice.StatusId, AuthorId = slice.AuthorId, After = slice.After, Through = slice.Through });
        }
    }

    /// <summary>A status was edited; the time of the edit is in its row.</summary>
    public void Edited(long statusId, long authorId) => channel.Publish(Now(StreamKind.Edited) with { StatusId = statusId, AuthorId = authorId });

    /// <summary>A status looks different without an edit, as when its poll was voted in.</summary>
    public void Refreshed(long statusId) => channel.Publish(Now(StreamKind.Refreshed) with { StatusId = statusId });

    /// <summary>A status was deleted.</summary>
    public void Deleted(StatusDeleted message) => channel.Publish(Now(StreamKind.Deleted) with { StatusId = message.StatusId, AuthorId = message.AuthorId });

    /// <summary>Conversations moved up.</summary>
    public void Talked(IReadOnlyList<TouchedConversation> conversations)
    {
        if (conversations.Count > 0)
        {
            channel.Publish(Now(StreamKind.Talked) with { Notices = [.. conversations.Select(conversation => new StreamNotice(conversation.AccountId, conversation.Id))] });
        }
    }

    /// <summary>Accounts were notified, and the transaction that did it has committed.</summary>
    public void Notified(IReadOnlyList<StreamNotice> notices)
    {
        foreach (var part in notices.Chunk(FanOutLimits.SliceSize))
        {
            channel.Publish(Now(StreamKind.Notified) with { Notices = part });
        }
    }

    private static StreamMessage Now(StreamKind kind) => new(kind, DateTimeOffset.UtcNow);
}
