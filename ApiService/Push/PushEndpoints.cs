using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Push;

/// <summary>The caller's web push subscription, one for each token (https://docs.joinmastodon.org/methods/push/). The feed worker sends.</summary>
public static class PushEndpoints
{
    /// <summary>Maps <c>/api/v1/push/subscription</c>.</summary>
    public static void MapPush(this IEndpointRouteBuilder routes)
    {
        var push = routes.MapGroup("/api/v1/push/subscription");
        push.MapPost("", CreateAsync).RequireScope("push").Describe(
            "Subscribe to pushes", "Sends new notifications to a push service, encrypted for this client. A token has one subscription; a new one takes the place of the old, and it ends with the token.", it => it
            .Body("subscription[endpoint]", "Address of the push service. Public and with `https`.", required: true, max: PushFields.MaxEndpoint, example: "https://push.example.org/abc")
            .Body("subscription[keys][p256dh]", "The client's public key on P-256, an uncompressed point in Base64.", required: true, example: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
            .Body("subscription[keys][auth]", "Secret of 16 bytes in Base64.", required: true, example: "BTBZMqHH6r4Tts7J_aSIgg")
            .Body("subscription[standard]", "Encrypt by RFC 8291 (`aes128gcm`) instead of its draft (`aesgcm`).", ParameterKind.Flag, byDefault: false, example: true)
            .Choices()
            .Returns("The subscription."));
        push.MapGet("", ShowAsync).RequireScope("push").Describe("Show the subscription", "The one of this token.", it => it
            .Error(404, "This token has none.").Returns("The subscription."));
        push.MapPut("", ChangeAsync).RequireScope("push").Describe("Change what is pushed", "Where it is sent stays as it is; for that, subscribe anew.", it => it
            .Choices().Error(404, "This token has none.").Returns("The subscription."));
        push.MapDelete("", DeleteAsync).RequireScope("push").Describe("End the subscription", "Answers the same when there is none.", it => it.Returns("Nothing."));
    }

    private static OperationDescription Choices(this OperationDescription it)
    {
        foreach (var type in PushFields.AlertTypes)
        {
            it.Body($"data[alerts][{type}]", $"Push notifications of type `{type}`.", ParameterKind.Flag, byDefault: false, example: true);
        }
        return it.Body("data[policy]", "Whose doings are pushed; also taken as `policy`.", byDefault: "all", oneOf: [.. PushFields.Policies]);
    }

    private static async Task<Ok<PushSubscriptionEntity>> CreateAsync(
        HttpContext context, RequestFields fields, Caller caller, Idempotency idempotency, MicroblogOptions options, VapidKeys vapid, Db db, CancellationToken cancellationToken)
    {
        // Locked, so that a token which is being revoked gets no subscription that outlives it.
        const string Lock = "SELECT id FROM access_tokens WHERE id = @token AND account_id = @account AND revoked_at IS NULL FOR NO KEY UPDATE";
        const string Sql =
            """
            INSERT INTO push_subscriptions (account_id, token_id, key_id, endpoint, p256dh, auth, standard, policy, alerts, base_url)
            SELECT @account, @token, k.id, @endpoint, @clientKey, @auth, @standard, @policy, @alerts, @baseUrl FROM vapid_keys k ORDER BY k.created_at, k.id LIMIT 1
            RETURNING id
            """;
        var (endpoint, clientKey, auth) = PushFields.Target(fields, options.PushToLocalAddresses);
        var (policy, alerts) = (PushFields.Policy(fields) ?? "all", PushFields.Alerts(fields) ?? []);
        _ = await vapid.PublicKeyAsync(cancellationToken);
        await idempotency.WriteAsync(db, async write =>
        {
            var (account, token) = (caller.Account, caller.TokenId);
            if (await write.ScalarAsync<long?>(Lock, new { account, token }) is null)
            {
                throw new ApiException(StatusCodes.Status401Unauthorized, "The access token was revoked");
            }
            await write.ExecuteAsync("DELETE FROM push_subscriptions WHERE token_id = @token", new { token });
            return await write.ScalarAsync<long>(Sql, new
            {
                account,
                token,
                endpoint,
                clientKey,
                auth,
                policy,
                alerts,
                standard = fields.Flag("subscription[standard]") ?? fields.Flag("standard") ?? false,
                baseUrl = BaseUrl.Of(context),
            });
        }, cancellationToken);
        return await ShowAsync(caller, db, cancellationToken);
    }

    private static async Task<Ok<PushSubscriptionEntity>> ShowAsync(Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT s.id, s.endpoint, s.standard, s.policy, s.alerts, k.public_key
            FROM push_subscriptions s JOIN vapid_keys k ON k.id = s.key_id WHERE s.account_id = @account AND s.token_id = @token
            """;
        var row = await db.ReadAsync(caller.Account, connection =>
            connection.SingleAsync<PushSubscriptionRow>(Sql, new { account = caller.Account, token = caller.TokenId }, cancellationToken), cancellationToken);
        return TypedResults.Ok((row ?? throw ApiException.NotFound()).ToEntity());
    }

    private static async Task<Ok<PushSubscriptionEntity>> ChangeAsync(RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            UPDATE push_subscriptions SET policy = coalesce(@policy, policy), alerts = coalesce(@alerts, alerts), changed_at = now()
            WHERE account_id = @account AND token_id = @token
            """;
        var (policy, alerts) = (PushFields.Policy(fields), PushFields.Alerts(fields));
        var changed = await db.WriteAsync(caller.Account, write => write.ExecuteAsync(Sql, new { account = caller.Account, token = caller.TokenId, policy, alerts }), cancellationToken);
        return changed == 1 ? await ShowAsync(caller, db, cancellationToken) : throw ApiException.NotFound();
    }

    private static async Task<Ok<EmptyBody>> DeleteAsync(Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql = "DELETE FROM push_subscriptions WHERE account_id = @account AND token_id = @token";
        await db.WriteAsync(caller.Account, write => write.ExecuteAsync(Sql, new { account = caller.Account, token = caller.TokenId }), cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }
}
