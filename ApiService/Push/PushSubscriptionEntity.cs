using Microblog.ApiService.Http;

namespace Microblog.ApiService.Push;

/// <summary>https://docs.joinmastodon.org/entities/WebPushSubscription/</summary>
public sealed record PushSubscriptionEntity(
    string Id, string Endpoint, bool Standard, string Policy, IReadOnlyDictionary<string, bool> Alerts, string ServerKey);

/// <summary>A subscription as read from the database.</summary>
public sealed record PushSubscriptionRow(long Id, string Endpoint, bool Standard, string Policy, string[] Alerts, byte[] PublicKey)
{
    /// <summary>The subscription as the API shows it.</summary>
    public PushSubscriptionEntity ToEntity() => new(
        Id.ToApi(), Endpoint, Standard, Policy, PushFields.AlertTypes.ToDictionary(type => type, Alerts.Contains), VapidKeys.Text(PublicKey));
}
