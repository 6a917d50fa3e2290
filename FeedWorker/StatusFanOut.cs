using System.Text.Json;
using Microblog.Contracts;
using RabbitMQ.Client;

namespace Microblog.FeedWorker;

/// <summary>
/// Brings statuses into home timelines and takes them out. Up to one slice of followers is served at once; more are cut into
/// slices on a queue of their own, shared by all workers. Every step may be repeated: a second push of the same id is dropped
/// by the reader, and who vanished meanwhile is simply not there.
/// </summary>
public sealed class StatusFanOut(
    FollowerStore followers, HomeTimeline home, AuthorTimeline authors, StreamPublisher streams, BrokerPublisher publisher, FeedMetrics metrics, IConfiguration configuration)
{
    /// <summary>Stands for the time of an edit: late, and no measure of how far the fan-out is behind.</summary>
    private static readonly DateTimeOffset Edited = DateTimeOffset.UnixEpoch;

    private readonly long _mergeAtFollowers = configuration.GetValue<long>("Microblog:MergeAtFollowers", FanOutLimits.MergeAtFollowers);

    /// <summary>A status was posted: author, followers, followers of its hashtags.</summary>
    public async Task PostedAsync(StatusPosted message, CancellationToken cancellationToken)
    {
        if (await followers.StatusAsync(message.StatusId, cancellationToken) is not { } status)
        {
            return;
        }
        var mergedSince = status.MergedSince;
        if (mergedSince is null && status.FollowersCount >= _mergeAtFollowers)
        {
            mergedSince = await followers.MergeAtReadAsync(status.AccountId, cancellationToken);
        }
        if (mergedSince is not null)
        {
            await DeliverAsync(authors, status.Id, [status.AccountId], message.PostedAt, cancellationToken);
            streams.InHomes(new TimelineSlice(status.Id, status.AccountId, 0, long.MaxValue, Remove: false, message.PostedAt));
        }
        // The author's own home has it from the API already, unless Redis was away then: inserted, not pushed, so that it is there once.
        await home.InsertAsync(status.Id, [status.AccountId], cancellationToken);
        var tagsOnly = mergedSince is not null && DateTime.UtcNow - mergedSince >= FanOutLimits.MergeGrace;
        var slice = new TimelineSlice(status.Id, status.AccountId, 0, long.MaxValue, Remove: false, message.PostedAt, tagsOnly);
        await SpreadAsync(slice, (tagsOnly ? 0 : status.FollowersCount) + status.TagFollowers, cancellationToken);
    }

    /// <summary>A status was edited and may be for more homes now: put into its place there, where it is missing. Which homes it is no longer for their readers find out.</summary>
    public Task EditedAsync(StatusEdited message, CancellationToken cancellationToken) =>
        PostedAsync(new StatusPosted(message.StatusId, message.AuthorId, Edited), cancellationToken);

    /// <summary>A status was deleted. Readers drop it at once by themselves; this frees its places.</summary>
    public async Task DeletedAsync(StatusDeleted message, CancellationToken cancellationToken)
    {
        await authors.RemoveAsync(message.StatusId, [message.AuthorId], cancellationToken);
        await home.RemoveAsync(message.StatusId, [message.AuthorId], cancellationToken);
        if (await followers.MergedSinceAsync(message.AuthorId, cancellationToken) is { } merged && merged + FanOutLimits.MergeGrace < TimeOf(message.StatusId))
        {
            // It was never pushed to followers.
            return;
        }
        var slice = new TimelineSlice(message.StatusId, message.AuthorId, 0, long.MaxValue, Remove: true, DateTimeOffset.UtcNow);
        await SpreadAsync(slice, recipients: long.MaxValue, cancellationToken);
    }

    /// <summary>One slice of a fan-out.</summary>
    public async Task SliceAsync(TimelineSlice slice, CancellationToken cancellationToken)
    {
        var recipients = slice.Remove ? await followers.FollowersAsync(slice, cancellationToken) : await followers.RecipientsAsync(slice, cancellationToken);
        foreach (var batch in recipients.Chunk(FanOutLimits.SliceSize))
        {
            if (slice.Remove)
            {
                await home.RemoveAsync(slice.StatusId, batch, cancellationToken);
            }
            else
            {
                var delivered = await DeliverAsync(home, slice.StatusId, batch, slice.PostedAt, cancellationToken);
                if (slice.PostedAt != Edited)
                {
                    metrics.Delivered(delivered, DateTimeOffset.UtcNow - slice.PostedAt);
                }
            }
        }
        streams.InHomes(slice);
    }

    /// <summary>When an id was made: its first 48 bits are milliseconds.</summary>
    private static DateTime TimeOf(long id) => DateTimeOffset.FromUnixTimeMilliseconds(id >> 16).UtcDateTime;

    private static Task<int> DeliverAsync(TimelineList list, long statusId, IReadOnlyList<long> accounts, DateTimeOffset postedAt, CancellationToken cancellationToken) =>
        DateTimeOffset.UtcNow - postedAt > TimelineList.LateAfter ? list.InsertAsync(statusId, accounts, cancellationToken) : list.PushAsync(statusId, accounts, cancellationToken);

    private async Task SpreadAsync(TimelineSlice whole, long recipients, CancellationToken cancellationToken)
    {
        if (recipients <= FanOutLimits.SliceSize)
        {
            metrics.FannedOut(slices: 1);
            await SliceAsync(whole, cancellationToken);
            return;
        }
        var bounds = await followers.BoundsAsync(whole, cancellationToken);
        metrics.FannedOut(bounds.Count);
        if (bounds.Count == 1)
        {
            await SliceAsync(whole, cancellationToken);
            return;
        }
        var channel = await publisher.ChannelAsync(cancellationToken);
        foreach (var window in bounds.Index().Chunk(128))
        {
            await Task.WhenAll(window.Select(bound => PublishAsync(
                channel, whole with { After = bound.Index == 0 ? 0 : bounds[bound.Index - 1], Through = bound.Item }, cancellationToken)));
        }
    }

    private static async Task PublishAsync(IChannel channel, TimelineSlice slice, CancellationToken cancellationToken)
    {
        var properties = new BasicProperties { Persistent = true, ContentType = "application/json", Type = BrokerTopology.TimelineSlice };
        var body = JsonSerializer.SerializeToUtf8Bytes(slice, MessageJson.Default.TimelineSlice);
        await channel.BasicPublishAsync(BrokerTopology.Exchange, BrokerTopology.TimelineSlice, mandatory: true, properties, body, cancellationToken);
    }
}
