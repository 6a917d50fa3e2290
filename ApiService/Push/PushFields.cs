using System.Net;
using Microblog.ApiService.Http;
using Microblog.Contracts;

namespace Microblog.ApiService.Push;

/// <summary>What a client says about its subscription, checked.</summary>
public static class PushFields
{
    /// <summary>Types of notifications that one can be told of.</summary>
    public static IReadOnlyList<string> AlertTypes { get; } =
        ["mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update", "quote", "quoted_update", "admin.sign_up", "admin.report"];

    /// <summary>From whom one can be told.</summary>
    public static IReadOnlyList<string> Policies { get; } = ["all", "followed", "follower", "none"];

    /// <summary>Longest endpoint, in characters.</summary>
    public const int MaxEndpoint = 2000;

    private const int AuthLength = 16;

    /// <summary>Where to send, and the keys to encrypt with.</summary>
    /// <exception cref="ValidationException">Something is missing, or of no use.</exception>
    public static (string Endpoint, byte[] ClientKey, byte[] Auth) Target(RequestFields fields, bool toLocalAddresses)
    {
        var endpoint = fields.Text("subscription[endpoint]")?.Trim() ?? "";
        var clientKey = Decode(fields.Text("subscription[keys][p256dh]"));
        var auth = Decode(fields.Text("subscription[keys][auth]"));
        using var imported = P256.Import(clientKey);
        var errors = new FieldErrors();
        _ = errors.Add(endpoint.Length == 0, "endpoint", "ERR_BLANK", "can't be blank")
            || errors.Add(endpoint.Length > MaxEndpoint, "endpoint", "ERR_TOO_LONG", $"is too long (maximum is {MaxEndpoint} characters)")
            || errors.Add(!IsEndpoint(endpoint, toLocalAddresses), "endpoint", "ERR_INVALID", "is not a public address with https");
        errors.Add(imported is null, "key_p256dh", "ERR_INVALID", "is not a public key of the curve P-256");
        errors.Add(auth.Length != AuthLength, "key_auth", "ERR_INVALID", $"does not have {AuthLength} bytes");
        errors.ThrowIfAny();
        return (endpoint, clientKey, auth);
    }

    /// <summary>The types that are asked for; null when none is spoken of. What is not named is not wanted.</summary>
    public static string[]? Alerts(RequestFields fields) =>
        AlertTypes.Any(type => fields.Has(Alert(type))) ? [.. AlertTypes.Where(type => fields.Flag(Alert(type)) ?? false)] : null;

    /// <summary>The policy, wherever the client put it; null when it says none.</summary>
    /// <exception cref="ValidationException">There is no such policy.</exception>
    public static string? Policy(RequestFields fields)
    {
        var policy = fields.Text("data[policy]") ?? fields.Text("policy");
        return string.IsNullOrEmpty(policy) ? null
            : Policies.Contains(policy) ? policy
            : throw ValidationException.Of("policy", "ERR_INCLUSION", "is not included in the list");
    }

    private static string Alert(string type) => $"data[alerts][{type}]";

    /// <summary>Names are looked at when they are called; an address that is written out is refused at once.</summary>
    private static bool IsEndpoint(string text, bool toLocalAddresses) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (toLocalAddresses && uri.Scheme == Uri.UriSchemeHttp))
        && (toLocalAddresses || (!uri.IsLoopback && (!IPAddress.TryParse(uri.IdnHost, out var address) || PublicAddress.Is(address))));

    /// <summary>Base64 as clients write it: URL-safe or not, padded or not. Nothing when it is none.</summary>
    private static byte[] Decode(string? text)
    {
        var plain = (text ?? "").Trim().TrimEnd('=').Replace('-', '+').Replace('_', '/');
        var bytes = new byte[plain.Length];
        return plain.Length <= 256 && Convert.TryFromBase64String(plain.PadRight((plain.Length + 3) / 4 * 4, '='), bytes, out var length) ? bytes[..length] : [];
    }
}
