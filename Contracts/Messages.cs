using System.Text.Json.Serialization;

namespace Microblog.Contracts;

/// <summary>A status or reblog was committed. Small on purpose: the worker reads the current row, so a replay always sees current data.</summary>
/// <param name="StatusId">Id of the status.</param>
/// <param name="AuthorId">Account that wrote it.</param>
/// <param name="PostedAt">UTC time of the commit's request, for the lag metric.</param>
public sealed record StatusPosted(long StatusId, long AuthorId, DateTimeOffset PostedAt);

/// <summary>A status was edited, its poll voted in, or its counters concern those who watch it.</summary>
/// <param name="StatusId">Id of the status.</param>
/// <param name="AuthorId">Account that wrote it.</param>
/// <param name="ReachesMore">True when it may be for more homes than before: other hashtags, other mentions.</param>
public sealed record StatusEdited(long StatusId, long AuthorId, bool ReachesMore = false);

/// <summary>A status was deleted, and with it its reblogs; its id has to leave the timelines that hold it.</summary>
/// <param name="StatusId">Id of the status that is gone.</param>
/// <param name="AuthorId">Account that wrote it.</param>
/// <param name="Visibility">0 public, 1 unlisted, 2 private, 3 direct.</param>
/// <param name="Hashtags">Its hashtags, normalised, whose streams have to hear of it.</param>
/// <param name="ReblogOfId">Id of the original when it was a reblog.</param>
public sealed record StatusDeleted(long StatusId, long AuthorId, short Visibility = 0, string[]? Hashtags = null, long? ReblogOfId = null);

/// <summary>A follow or a request to follow began or ended. Says which pair, not which way: the worker reads the current state, so order does not matter.</summary>
/// <param name="FollowerId">Account whose home timeline is concerned.</param>
/// <param name="FolloweeId">Account that is or was followed.</param>
public sealed record FollowChanged(long FollowerId, long FolloweeId);

/// <summary>Something else that decides what a home holds has changed, such as a followed hashtag; the worker reads the current state.</summary>
/// <param name="AccountId">Whose home.</param>
public sealed record HomeChanged(long AccountId);

/// <summary>A favourite was given or taken back; the worker reads which.</summary>
/// <param name="AccountId">Who favours.</param>
/// <param name="StatusId">What.</param>
public sealed record FavouriteChanged(long AccountId, long StatusId);

/// <summary>A poll has ended; its author and its voters are told.</summary>
/// <param name="StatusId">The status with the poll.</param>
public sealed record PollEnded(long StatusId);

/// <summary>One bounded part of a large fan-out: the followers with ids in (<see cref="After"/>, <see cref="Through"/>].</summary>
/// <param name="StatusId">Id of the status.</param>
/// <param name="AuthorId">Account that wrote it.</param>
/// <param name="After">Exclusive lower bound of the follower ids.</param>
/// <param name="Through">Inclusive upper bound of the follower ids.</param>
/// <param name="Remove">True to take the id out of the timelines instead of putting it in.</param>
/// <param name="PostedAt">UTC time of the post, for the lag metric.</param>
/// <param name="TagsOnly">True when the author's followers get it another way, and only those of its hashtags are served.</param>
public sealed record TimelineSlice(long StatusId, long AuthorId, long After, long Through, bool Remove, DateTimeOffset PostedAt, bool TagsOnly = false);

/// <summary>A notification is to be pushed to one subscription. The worker reads both as they are by then.</summary>
/// <param name="AccountId">Whom it tells.</param>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="NotificationId">The notification.</param>
public sealed record PushDue(long AccountId, long SubscriptionId, long NotificationId);

/// <summary>Serializer of the messages; source generated, so a renamed property is a compile-time event.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusPosted))]
[JsonSerializable(typeof(StatusEdited))]
[JsonSerializable(typeof(StatusDeleted))]
[JsonSerializable(typeof(FollowChanged))]
[JsonSerializable(typeof(HomeChanged))]
[JsonSerializable(typeof(FavouriteChanged))]
[JsonSerializable(typeof(PollEnded))]
[JsonSerializable(typeof(TimelineSlice))]
[JsonSerializable(typeof(PushDue))]
public sealed partial class MessageJson : JsonSerializerContext;
