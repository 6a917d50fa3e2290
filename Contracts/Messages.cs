using System.Text.Json.Serialization;

namespace Microblog.Contracts;

/// <summary>A status was committed. Small on purpose: the worker reads the current row, so a replay always sees current data.</summary>
/// <param name="StatusId">Id of the status.</param>
/// <param name="AuthorId">Account that wrote it.</param>
/// <param name="PostedAt">UTC time of the commit's request, for the lag metric.</param>
public sealed record StatusPosted(long StatusId, long AuthorId, DateTimeOffset PostedAt);

/// <summary>A status was deleted; its id has to leave the timelines that hold it.</summary>
/// <param name="StatusId">Id of the status that is gone.</param>
/// <param name="AuthorId">Account that wrote it.</param>
public sealed record StatusDeleted(long StatusId, long AuthorId);

/// <summary>A follow began or ended. Says which pair, not which way: the worker reads the current state, so order does not matter.</summary>
/// <param name="FollowerId">Account whose home timeline is concerned.</param>
/// <param name="FolloweeId">Account that is or was followed.</param>
public sealed record FollowChanged(long FollowerId, long FolloweeId);

/// <summary>One bounded part of a large fan-out: the followers with ids in (<see cref="After"/>, <see cref="Through"/>].</summary>
/// <param name="StatusId">Id of the status.</param>
/// <param name="AuthorId">Account that wrote it.</param>
/// <param name="After">Exclusive lower bound of the follower ids.</param>
/// <param name="Through">Inclusive upper bound of the follower ids.</param>
/// <param name="Remove">True to take the id out of the timelines instead of putting it in.</param>
/// <param name="PostedAt">UTC time of the post, for the lag metric.</param>
public sealed record TimelineSlice(long StatusId, long AuthorId, long After, long Through, bool Remove, DateTimeOffset PostedAt);

/// <summary>Serializer of the messages; source generated, so a renamed property is a compile-time event.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusPosted))]
[JsonSerializable(typeof(StatusDeleted))]
[JsonSerializable(typeof(FollowChanged))]
[JsonSerializable(typeof(TimelineSlice))]
public sealed partial class MessageJson : JsonSerializerContext;
