using System.Buffers.Text;
using Microblog.ApiService.Http;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Microblog.ApiService.OAuth;

/// <summary>How clients find the rest (RFC 8414), and the public keys for whoever verifies tokens elsewhere.</summary>
public static class ServerMetadata
{
    /// <summary>Maps <c>/.well-known/oauth-authorization-server</c> and <c>/oauth/jwks</c>.</summary>
    public static void MapServerMetadata(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/.well-known/oauth-authorization-server", Show).Describe("OAuth metadata", "Where everything is and what is supported (RFC 8414).", it => it.Open().Returns("The metadata."));
        routes.MapGet("/oauth/jwks", KeysAsync).Describe("Public keys", "For whoever verifies tokens elsewhere (RFC 7517). Ask again when a token names an unknown key.", it => it.Open().Returns("The keys."));
    }

    private static Ok<ServerMetadataEntity> Show(HttpContext context, MicroblogOptions options)
    {
        var url = BaseUrl.Of(context);
        string[] grants = ["authorization_code", "client_credentials", .. options.PasswordGrant ? ["password"] : Array.Empty<string>()];
        return TypedResults.Ok(new ServerMetadataEntity(
            url, $"{url}/oauth/authorize", $"{url}/oauth/token", $"{url}/oauth/revoke", $"{url}/oauth/introspect", $"{url}/oauth/userinfo", $"{url}/oauth/jwks",
            $"{url}/api/v1/apps", Scopes.All, ["code"], ["query"], grants, ["client_secret_basic", "client_secret_post"], ["S256"], ["en"], "https://docs.joinmastodon.org/"));
    }

    private static async Task<Ok<KeySetEntity>> KeysAsync(HttpContext context, SigningKeys keys, CancellationToken cancellationToken)
    {
        context.Response.Headers[HeaderNames.CacheControl] = "public, max-age=60";
        var all = await keys.AllAsync(cancellationToken);
        return TypedResults.Ok(new KeySetEntity([.. all.Select(key =>
        {
            var point = key.Key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
            return new KeyEntity("EC", "P-256", "sig", "ES256", key.Key.KeyId, Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        })]));
    }
}

/// <summary>RFC 8414 §2, and where applications register.</summary>
public sealed record ServerMetadataEntity(
    string Issuer, string AuthorizationEndpoint, string TokenEndpoint, string RevocationEndpoint, string IntrospectionEndpoint, string UserinfoEndpoint, string JwksUri,
    string AppRegistrationEndpoint, IReadOnlyList<string> ScopesSupported, IReadOnlyList<string> ResponseTypesSupported, IReadOnlyList<string> ResponseModesSupported,
    IReadOnlyList<string> GrantTypesSupported, IReadOnlyList<string> TokenEndpointAuthMethodsSupported, IReadOnlyList<string> CodeChallengeMethodsSupported,
    IReadOnlyList<string> UiLocalesSupported, string ServiceDocumentation);

/// <summary>RFC 7517 §5.</summary>
public sealed record KeySetEntity(IReadOnlyList<KeyEntity> Keys);

/// <summary>A public key (RFC 7518 §6.2).</summary>
public sealed record KeyEntity(string Kty, string Crv, string Use, string Alg, string Kid, string X, string Y);
