using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Dapper;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.FeedWorker.Push;

/// <summary>
/// Pushes one notification to one subscription, if both are still there and meant for each other. A service that is away is tried again
/// for an hour; a subscription that its service does not know any more is removed.
/// </summary>
public sealed partial class PushSender(NpgsqlDataSource primary, VapidSigner signer, PushClient client, PushLanes lanes, PushOptions options, ILogger<PushSender> logger)
{
    /// <summary>How long a service keeps it for a client that is away, in seconds.</summary>
    private const string TimeToLive = "172800";

    /// <summary>Sends it, or does nothing when there is no reason any more.</summary>
    /// <exception cref="PushDelayedException">It has to be tried again later.</exception>
    /// <exception cref="HttpRequestException">So has it.</exception>
    public async Task SendAsync(PushDue due, CancellationToken cancellationToken)
    {
        if (await FindAsync(due, cancellationToken) is not { } push)
        {
            return;
        }
        var endpoint = new Uri(push.Endpoint);
        if (!client.Allows(endpoint))
        {
            Log.Forbidden(logger, due.SubscriptionId, endpoint.Authority);
            return;
        }
        HttpStatusCode? status = null;
        try
        {
            await lanes.RunAsync(endpoint.Authority, async () =>
            {
                using var request = await RequestAsync(endpoint, due, push, cancellationToken);
                status = await client.SendAsync(request, cancellationToken);
                return !IsAway(status.Value);
            }, cancellationToken);
        }
        catch (ForbiddenAddressException)
        {
            // Not the service's doing, if it is one: names may lead elsewhere for a while. The next notification asks anew.
            Log.Forbidden(logger, due.SubscriptionId, endpoint.Authority);
            return;
        }
        await SettleAsync(due, endpoint, status!.Value, cancellationToken);
    }

    private async Task SettleAsync(PushDue due, Uri endpoint, HttpStatusCode status, CancellationToken cancellationToken)
    {
        if (IsAway(status))
        {
            throw new PushDelayedException($"{endpoint.Authority} answered {(int)status}");
        }
        if (status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            await using var connection = await primary.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                "DELETE FROM push_subscriptions WHERE account_id = @AccountId AND id = @SubscriptionId", due, cancellationToken: cancellationToken));
            Log.Removed(logger, due.SubscriptionId, endpoint.Authority, (int)status);
        }
        else if ((int)status is < 200 or > 299)
        {
            Log.Refused(logger, due.SubscriptionId, endpoint.Authority, (int)status);
        }
    }

    /// <summary>Statuses that say: later.</summary>
    private static bool IsAway(HttpStatusCode status) => (int)status >= 500 || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;

    private async Task<DuePush?> FindAsync(PushDue due, CancellationToken cancellationToken)
    {
        const string Sql =
            $"""
            SELECT s.endpoint, s.p256dh, s.auth, s.standard, s.base_url, s.key_id, k.public_key, n.type, a.username, a.display_name, a.note, a.avatar_key, x.text, x.spoiler_text, me.language
            FROM push_subscriptions s
            JOIN vapid_keys k ON k.id = s.key_id
            JOIN notifications n ON n.account_id = s.account_id AND n.id = @NotificationId
            JOIN accounts a ON a.id = n.from_account_id
            JOIN accounts me ON me.id = n.account_id
            LEFT JOIN statuses x ON x.id = n.status_id
            WHERE s.account_id = @AccountId AND s.id = @SubscriptionId AND a.suspended_at IS NULL AND {PushQueue.Wants}
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<DuePush>(new CommandDefinition(Sql, due, cancellationToken: cancellationToken));
    }

    private async Task<HttpRequestMessage> RequestAsync(Uri endpoint, PushDue due, DuePush push, CancellationToken cancellationToken)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(PushPayload.Of(due.NotificationId, push, options.MediaUrl), PushJson.Default.PushPayload);
        var token = await signer.SignAsync(push.KeyId, endpoint, cancellationToken);
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Headers.TryAddWithoutValidation("TTL", TimeToLive);
        request.Headers.TryAddWithoutValidation("Urgency", "normal");
        PushEncryption.Fill(request, PushEncryption.Encrypt(plain, push.P256dh, push.Auth, push.Standard), push.Standard, token, Base64Url.EncodeToString(push.PublicKey));
        return request;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Push subscription {Subscription} was removed: {Service} answered {Status}")]
        public static partial void Removed(ILogger logger, long subscription, string service, int status);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A push to subscription {Subscription} was refused: {Service} answered {Status}")]
        public static partial void Refused(ILogger logger, long subscription, string service, int status);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A push to subscription {Subscription} was not sent: {Service} is no public address with TLS")]
        public static partial void Forbidden(ILogger logger, long subscription, string service);
    }
}

/// <summary>What a push takes.</summary>
public sealed record DuePush(
    string Endpoint, byte[] P256dh, byte[] Auth, bool Standard, string BaseUrl, string KeyId, byte[] PublicKey,
    string Type, string Username, string DisplayName, string Note, string? AvatarKey, string? Text, string? SpoilerText, string? Language);
