using System.Text;
using System.Text.RegularExpressions;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.OAuth;

/// <summary>What an application asks for (RFC 6749 §4.1.1, RFC 7636 §4.3), once it is known where answers may go.</summary>
/// <param name="Application">Who asks.</param>
/// <param name="RedirectUri">Where the answer goes; one of the registered addresses.</param>
/// <param name="Scopes">What for.</param>
/// <param name="State">Given back as it came.</param>
/// <param name="Challenge">Of PKCE; null when it is not used.</param>
/// <param name="Error">What is wrong with the request; to be told to the application. Null when all is well.</param>
public sealed partial record AuthorizationRequest(
    RequestingApplication Application, string RedirectUri, string[] Scopes, string? State, string? Challenge, AuthorizationError? Error)
{
    private static readonly string[] Once = ["client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method"];

    /// <summary>Whether the code is to be shown instead of sent.</summary>
    public bool IsOutOfBand => RedirectUri == ApplicationEndpoints.OutOfBand;

    /// <summary>Reads a request.</summary>
    /// <exception cref="ApiException">It is not known who asks, or the address is not one of theirs: nothing may be sent there.</exception>
    public static async Task<AuthorizationRequest> ReadAsync(RequestFields fields, Db db, CancellationToken cancellationToken)
    {
        if (fields.Text("client_id") is not { Length: > 0 } clientId)
        {
            throw Untrusted("The link names no application (client_id).");
        }
        const string Sql = "SELECT id, name, website, redirect_uris, scopes FROM oauth_applications WHERE client_id = @clientId";
        var application = await db.FindAsync(accountId: null, connection => connection.SingleAsync<RequestingApplication>(Sql, new { clientId }, cancellationToken), cancellationToken)
            ?? throw Untrusted("The application that sent you here is not known (client_id).");
        if (fields.Text("redirect_uri") is not { Length: > 0 } redirectUri)
        {
            throw Untrusted("The link does not say where to return to (redirect_uri).");
        }
        if (fields.List("client_id").Count > 1 || fields.List("redirect_uri").Count > 1 || !application.RedirectUris.Any(registered => IsSame(registered, redirectUri)))
        {
            throw Untrusted("The address to return to is not one that the application has registered (redirect_uri).");
        }
        var scopes = fields.Text("scope") is { Length: > 0 } wanted ? OAuth.Scopes.Parse(wanted) : [OAuth.Scopes.Default];
        var challenge = fields.Text("code_challenge") is { Length: > 0 } text ? text : null;
        return new AuthorizationRequest(application, redirectUri, scopes ?? [], fields.Text("state"), challenge, Check(fields, application, scopes, challenge));
    }

    /// <summary>The address of the answer.</summary>
    /// <param name="parameters">What to add to it; those without a value are left out.</param>
    public string Answer(params IEnumerable<(string Name, string? Value)> parameters)
    {
        var answer = new StringBuilder(Encode(RedirectUri));
        var separator = RedirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in parameters.Append(("state", State)))
        {
            if (value is not null)
            {
                answer.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }
        return answer.ToString();
    }

    private static AuthorizationError? Check(RequestFields fields, RequestingApplication application, string[]? scopes, string? challenge)
    {
        if (Once.FirstOrDefault(name => fields.List(name).Count > 1) is { } repeated)
        {
            return new("invalid_request", $"The parameter {repeated} is given more than once.");
        }
        if (fields.Text("response_type") is not { Length: > 0 } responseType)
        {
            return new("invalid_request", "The parameter response_type is missing.");
        }
        if (responseType != "code")
        {
            return new("unsupported_response_type", "The authorization server does not support this response type");
        }
        if (scopes is null || !OAuth.Scopes.Cover(application.Scopes, scopes))
        {
            return new("invalid_scope", "The requested scope is invalid, unknown, or malformed");
        }
        // RFC 7636 §4.3: without a method, "plain" is meant, which protects nothing.
        if (challenge is not null && (fields.Text("code_challenge_method") is not "S256" || !ChallengePattern().IsMatch(challenge)))
        {
            return new("invalid_request", "The code_challenge has to be the Base64url of a SHA-256, and code_challenge_method has to be S256.");
        }
        return challenge is null && fields.Text("code_challenge_method") is { Length: > 0 }
            ? new("invalid_request", "There is a code_challenge_method but no code_challenge.")
            : null;
    }

    /// <summary>Character by character, but for the port of an address on the user's own machine, where a program takes what is free (RFC 8252 §7.3).</summary>
    private static bool IsSame(string registered, string requested) =>
        string.Equals(registered, requested, StringComparison.Ordinal)
        || (LoopbackPattern().Match(registered) is { Success: true } known && LoopbackPattern().Match(requested) is { Success: true } asked
            && known.Groups["host"].Value == asked.Groups["host"].Value && known.Groups["rest"].Value == asked.Groups["rest"].Value);

    /// <summary>A header takes only visible ASCII; applications register what they like.</summary>
    private static string Encode(string uri) =>
        string.Concat(uri.EnumerateRunes().Select(rune => rune.Value is > 0x20 and < 0x7F ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));

    private static ApiException Untrusted(string reason) => new(StatusCodes.Status400BadRequest, reason);

    [GeneratedRegex(@"^[A-Za-z0-9_-]{43}\z", RegexOptions.NonBacktracking)]
    private static partial Regex ChallengePattern();

    [GeneratedRegex(@"^http://(?<host>127\.0\.0\.1|\[::1\]|localhost)(:[0-9]{1,5})?(?<rest>([/?].*)?)\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex LoopbackPattern();
}

/// <summary>An application that asks for access.</summary>
public sealed record RequestingApplication(long Id, string Name, string? Website, string[] RedirectUris, string[] Scopes);

/// <summary>What is wrong with a request (RFC 6749 §4.1.2.1).</summary>
public sealed record AuthorizationError(string Code, string Description);
