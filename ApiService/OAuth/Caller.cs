using Microblog.ApiService.Http;

namespace Microblog.ApiService.OAuth;

/// <summary>Who makes the request: an account through an application, an application for itself, or nobody known.</summary>
/// <param name="AccountId">The account, when the token belongs to one.</param>
/// <param name="ApplicationId">The application that holds the token.</param>
/// <param name="Scopes">What the token grants.</param>
/// <param name="TokenId">The token, as <see cref="RevokedTokens.Revoked"/> names it.</param>
public sealed record Caller(long? AccountId, long? ApplicationId, string[] Scopes, long? TokenId = null)
{
    /// <summary>A request without a valid token.</summary>
    public static Caller Anonymous { get; } = new(null, null, []);

    /// <summary>The calling account. Only for routes that demand one.</summary>
    public long Account => AccountId ?? throw new ApiException(StatusCodes.Status422UnprocessableEntity, AccessTokenAuthentication.NeedsAccount);

    /// <summary>Binds a handler's parameter from what authentication found.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(Of(context));

    /// <summary>The caller of a request.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? Anonymous;
}
