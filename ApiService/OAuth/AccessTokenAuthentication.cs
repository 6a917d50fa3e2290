using System.Security.Claims;
using System.Text.Encodings.Web;
using Microblog.ApiService.Http;
using Microblog.ApiService.TestMode;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Microblog.ApiService.OAuth;

/// <summary>Recognises the bearer token of a request (RFC 6750) and answers refusals in the API's words.</summary>
public static class AccessTokenAuthentication
{
    internal const string Scheme = "Bearer";

    internal const string NeedsAccount = "This method requires an authenticated user";

    private const string InvalidToken = "The access token is invalid";

    private const string MissingScope = "This action is outside the authorized scopes";

    /// <summary>Registers authentication by access token and authorisation by scope.</summary>
    public static IServiceCollection AddAccessTokens(this IServiceCollection services)
    {
        services.AddSingleton<SigningKeys>().AddHostedService<KeyRotation>();
        services.AddSingleton<RevokedTokens>().AddHostedService(provider => provider.GetRequiredService<RevokedTokens>());
        services.AddSingleton<AccessTokens>().AddSingleton<AuthorizationCodes>().AddSingleton<BrowserSessions>().AddHostedService<OAuthExpiry>();
        services.AddSingleton<TestTokens>();
        // The core alone: AddAuthentication would set up key storage for cookies, which bearer tokens have no use for.
        services.AddAuthenticationCore(options => options.DefaultScheme = Scheme);
        services.AddWebEncoders().AddSingleton(TimeProvider.System);
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, TokenHandler>(Scheme, null);
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationHandler, ScopeHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, Refusals>();
        return services;
    }

    /// <summary>Lets only tokens of an account with the scope through.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(new AuthorizationPolicyBuilder(Scheme).AddRequirements(new ScopeRequirement(scope, OfAccount: true)).Build());

    /// <summary>Lets only tokens of an application with the scope through, not those of an account; in test mode those, too, for suites that sign up with them.</summary>
    public static TBuilder RequireApplicationScope<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(new AuthorizationPolicyBuilder(Scheme).AddRequirements(new ScopeRequirement(scope, OfAccount: false)).Build());

    /// <summary>Lets everybody through who has no token; a token has to be valid and to have the scope, be it an account's or an application's.</summary>
    public static TBuilder AllowAnonymousOrScope<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(new AuthorizationPolicyBuilder(Scheme).AddRequirements(new ScopeRequirement(scope, OfAccount: null)).Build());

    /// <summary>What a route asks of a token.</summary>
    /// <param name="Scope">What the token has to grant.</param>
    /// <param name="OfAccount">Whose token it has to be; null when it is anybody's, or nobody's.</param>
    public sealed record ScopeRequirement(string Scope, bool? OfAccount) : IAuthorizationRequirement;

    /// <summary>Marks a request whose token is not valid, as opposed to one without.</summary>
    private sealed class InvalidTokenFeature;

    private sealed class TokenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessTokens tokens)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var header = Request.Headers.Authorization.ToString();
            if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            {
                return AuthenticateResult.NoResult();
            }
            if (await tokens.FindAsync(header["Bearer ".Length..].Trim(), Context.RequestAborted) is not { } caller)
            {
                Context.Features.Set(new InvalidTokenFeature());
                return AuthenticateResult.Fail(InvalidToken);
            }
            Context.Features.Set(caller);
            return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(Scheme.Name)), Scheme.Name));
        }
    }

    private sealed class ScopeHandler(MicroblogOptions options) : AuthorizationHandler<ScopeRequirement>
    {
        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
        {
            if (context.Resource is not HttpContext http)
            {
                return Task.CompletedTask;
            }
            var caller = Caller.Of(http);
            if (caller.ApplicationId is null)
            {
                if (requirement.OfAccount is null && http.Features.Get<InvalidTokenFeature>() is null)
                {
                    context.Succeed(requirement);
                }
                return Task.CompletedTask;
            }
            if (!Scopes.Grant(caller.Scopes, requirement.Scope))
            {
                context.Fail(new AuthorizationFailureReason(this, MissingScope));
            }
            else if (requirement.OfAccount is { } ofAccount && ofAccount != caller.AccountId.HasValue && (ofAccount || !options.TestMode))
            {
                context.Fail(new AuthorizationFailureReason(this, ofAccount ? NeedsAccount : MissingScope));
            }
            else
            {
                context.Succeed(requirement);
            }
            return Task.CompletedTask;
        }
    }

    private sealed class Refusals : IAuthorizationMiddlewareResultHandler
    {
        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        {
            if (authorizeResult.Succeeded)
            {
                return next(context);
            }
            if (authorizeResult.Challenged)
            {
                context.Response.Headers[HeaderNames.WWWAuthenticate] = $"""Bearer realm="Microblog", error="invalid_token", error_description="{InvalidToken}" """.TrimEnd();
                return ApiErrors.WriteAsync(context, StatusCodes.Status401Unauthorized, new ErrorBody(InvalidToken));
            }
            var reason = authorizeResult.AuthorizationFailure?.FailureReasons.FirstOrDefault()?.Message ?? MissingScope;
            var status = reason == NeedsAccount ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status403Forbidden;
            return ApiErrors.WriteAsync(context, status, new ErrorBody(reason));
        }
    }
}
