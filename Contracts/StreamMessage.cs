using System.Text.Json.Serialization;

namespace Microblog.Contracts;

/// <summary>What a <see cref="StreamMessage"/> tells of.</summary>
public enum StreamKind
{
    /// <summary>A process hears itself: proof that the channel carries.</summary>
    Beat,

    /// <summary>Messages may have been lost since <see cref="StreamMessage.At"/>; PostgreSQL has to be asked.</summary>
    Gap,

    /// <summary>A status was posted; for the streams that no fan-out feeds.</summary>
    Posted,

    /// <summary>A status is in the homes of accounts with ids in (<see cref="StreamMessage.After"/>, <see cref="StreamMessage.Through"/>], as far as it belongs there.</summary>
    InHomes,

    /// <summary>A status was edited.</summary>
    Edited,

    /// <summary>A status looks different without having been edited, as when its poll was voted in.</summary>
    Refreshed,

    /// <summary>A status was deleted.</summary>
    Deleted,

    /// <summary>Accounts were notified.</summary>
    Notified,

    /// <summary>Conversations of accounts have moved up; the ids are those of the conversations.</summary>
    Talked,

    /// <summary>Accounts have changed their filters.</summary>
    FiltersChanged,

    /// <summary>Notifications that had been kept back were let through to accounts.</summary>
    NotificationsMerged,
}

/// <summary>
/// One thing that connected clients may have to hear of, as it goes over Redis. Ids only: who may see what is decided from the
/// database where it is delivered, so a message that comes late or twice can neither leak nor mislead.
/// </summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">UTC time of the change, for the lag metric.</param>
public sealed record StreamMessage(StreamKind Kind, DateTimeOffset At)
{
    /// <summary>The status concerned.</summary>
    public long StatusId { get; init; }

    /// <summary>Who wrote it.</summary>
    public long AuthorId { get; init; }

    /// <summary>Exclusive lower bound of the accounts concerned.</summary>
    public long After { get; init; }

    /// <summary>Inclusive upper bound of the accounts concerned.</summary>
    public long Through { get; init; }

    /// <summary>The accounts concerned, where they are few.</summary>
    public IReadOnlyList<StreamNotice> Notices { get; init; } = [];

    /// <summary>The process that beats.</summary>
    public Guid Sender { get; init; }
}

/// <summary>Something for one account.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Id">Id of the notification; 0 where the kind says everything.</param>
public sealed record StreamNotice(long AccountId, long Id);

/// <summary>Serializer of the stream's messages.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StreamMessage))]
public sealed partial class StreamJson : JsonSerializerContext;
