using Microblog.ApiService.Accounts;
using Microblog.ApiService.Statuses;

namespace Microblog.ApiService.Notifications;

/// <summary>https://docs.joinmastodon.org/entities/Notification/</summary>
public sealed record NotificationEntity(string Id, string Type, DateTime CreatedAt, string GroupKey, AccountEntity Account, StatusEntity? Status, bool Filtered);

/// <summary>https://docs.joinmastodon.org/methods/notifications/#unread-count</summary>
public sealed record UnreadCount(int Count);

/// <summary>https://docs.joinmastodon.org/entities/NotificationGroup/ list: groups name accounts and statuses by id, each of which is sent once.</summary>
public sealed record GroupedNotificationsEntity(
    IReadOnlyList<AccountEntity> Accounts, IReadOnlyList<PartialAccountEntity> PartialAccounts, IReadOnlyList<StatusEntity> Statuses, IReadOnlyList<NotificationGroupEntity> NotificationGroups);

/// <summary>One group; alone where nothing belongs with it.</summary>
public sealed record NotificationGroupEntity(
    string GroupKey, int NotificationsCount, string Type, long MostRecentNotificationId, string PageMinId, string PageMaxId, DateTime LatestPageNotificationAt,
    IReadOnlyList<string> SampleAccountIds, string? StatusId);

/// <summary>As much of an account as a row of avatars needs.</summary>
public sealed record PartialAccountEntity(string Id, string Acct, string Url, string Avatar, string AvatarStatic, bool Locked, bool Bot);

/// <summary>https://docs.joinmastodon.org/entities/NotificationPolicy/</summary>
public sealed record NotificationPolicyEntity(
    string ForNotFollowing, string ForNotFollowers, string ForNewAccounts, string ForPrivateMentions, string ForLimitedAccounts, NotificationPolicySummary Summary);

/// <summary>The policy of version 1, which could only accept or filter.</summary>
public sealed record NotificationPolicyV1Entity(bool FilterNotFollowing, bool FilterNotFollowers, bool FilterNewAccounts, bool FilterPrivateMentions, NotificationPolicySummary Summary);

/// <summary>What the policy keeps back.</summary>
public sealed record NotificationPolicySummary(long PendingRequestsCount, long PendingNotificationsCount);

/// <summary>https://docs.joinmastodon.org/entities/NotificationRequest/</summary>
public sealed record NotificationRequestEntity(string Id, DateTime CreatedAt, DateTime UpdatedAt, string NotificationsCount, AccountEntity Account, StatusEntity? LastStatus);

/// <summary>Whether accepted notifications have all arrived among the others.</summary>
public sealed record MergedEntity(bool Merged);
