using System.Text.Json.Serialization;
using Microblog.ApiService.Accounts;

namespace Microblog.ApiService.Instance;

/// <summary>Limits and addresses that clients adapt to.</summary>
public sealed record InstanceConfiguration(InstanceUrls Urls, InstanceAccounts Accounts, InstanceStatuses Statuses, InstanceMedia MediaAttachments, InstancePolls Polls, InstanceTranslation Translation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] InstanceVapid? Vapid = null);

/// <summary>The key that this server is known by at push services.</summary>
public sealed record InstanceVapid(string PublicKey);

/// <summary>Address of the streaming API.</summary>
public sealed record InstanceUrls(string Streaming);

/// <summary>Limits of profiles.</summary>
public sealed record InstanceAccounts(int MaxFeaturedTags, int MaxPinnedStatuses);

/// <summary>Limits of statuses, in characters as <see cref="Statuses.Text.CharacterCount"/> counts them.</summary>
public sealed record InstanceStatuses(int MaxCharacters, int MaxMediaAttachments, int CharactersReservedPerUrl);

/// <summary>Limits of uploads, in characters, bytes, pixels and frames per second. Video is not taken.</summary>
public sealed record InstanceMedia(IReadOnlyList<string> SupportedMimeTypes, int DescriptionLimit, long ImageSizeLimit, long ImageMatrixLimit, long VideoSizeLimit, int VideoFrameRateLimit, long VideoMatrixLimit);

/// <summary>Limits of polls, in characters and seconds.</summary>
public sealed record InstancePolls(int MaxOptions, int MaxCharactersPerOption, int MinExpiration, int MaxExpiration);

/// <summary>Whether statuses can be translated.</summary>
public sealed record InstanceTranslation(bool Enabled);

/// <summary>How many people use the server.</summary>
public sealed record InstanceUsage(InstanceUsers Users);

/// <summary>Accounts that posted in the last 30 days.</summary>
public sealed record InstanceUsers(long ActiveMonth);

/// <summary>Picture of the server.</summary>
public sealed record InstanceThumbnail(string Url);

/// <summary>Whether one can sign up.</summary>
public sealed record InstanceRegistrations(bool Enabled, bool ApprovalRequired, string? Message, string? Url);

/// <summary>Whom to ask.</summary>
public sealed record InstanceContact(string Email, AccountEntity? Account);

/// <summary>Address of the streaming API, version 1.</summary>
public sealed record InstanceV1Urls(string StreamingApi);

/// <summary>Sizes of the server, version 1; estimates.</summary>
public sealed record InstanceV1Stats(long UserCount, long StatusCount, long DomainCount);
