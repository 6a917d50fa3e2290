using System.Net;
using System.Net.Sockets;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;

namespace Microblog.ApiService.Limits;

/// <summary>A counter and how far it may go.</summary>
/// <param name="Subject">Whose it is; counters of one subject are kept together and counted in one step.</param>
/// <param name="Name">What it counts.</param>
/// <param name="Quota">How far it may go.</param>
/// <param name="IsRefunded">True when a request that fails is not counted: what failed has used nothing up.</param>
public sealed record Bucket(string Subject, string Name, Quota Quota, bool IsRefunded = false)
{
    /// <summary>Key in Redis. The subject is a hash tag, so that one script may touch all its counters on a cluster too.</summary>
    public string Key => $"limit:{{{Subject}}}:{Name}";
}

/// <summary>Which limits apply to which request. By path, so that the whole is to be read in one place.</summary>
public static class RateLimitRules
{
    private static readonly PathString Api = "/api";
    private static readonly PathString OAuth = "/oauth";

    /// <summary>The counters of a request; none for what is not limited.</summary>
    public static IReadOnlyList<Bucket> Of(HttpContext context, RateLimitOptions options)
    {
        var path = context.Request.Path;
        if (!path.StartsWithSegments(Api, StringComparison.OrdinalIgnoreCase) && !path.StartsWithSegments(OAuth, StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }
        var caller = Caller.Of(context);
        var address = Address(context);
        // One subject wherever possible: it is one step in Redis.
        var subject = caller.AccountId is { } account ? $"account:{account.ToApi()}" : address;
        var buckets = new List<Bucket>(4);
        if (caller.AccountId is not null)
        {
            buckets.Add(new Bucket(subject, "all", options.Account));
            buckets.Add(new Bucket(subject, $"token:{Token(context)}", options.Token));
        }
        else
        {
            buckets.Add(new Bucket(subject, "all", options.Address));
        }
        if (Special(context, caller, options) is var (name, quota, isRefunded))
        {
            buckets.Add(new Bucket(name is "sign-ups" or "apps" ? address : subject, name, quota, isRefunded));
        }
        return buckets;
    }

    /// <summary>Both counters of a try to log in.</summary>
    public static IReadOnlyList<Bucket> OfLogIn(HttpContext context, string login, RateLimitOptions options) =>
    [
        new Bucket(Address(context), "log-ins", options.LogIns),
        // Hashed: it is as long as a client likes, and may be an e-mail address.
        new Bucket($"login:{Convert.ToHexString(Secrets.Hash(login.Trim().ToLowerInvariant()), 0, 16)}", "log-ins", options.LogIns),
    ];

    /// <summary>The client's address; of IPv6 the network, because a client has as many addresses as it likes within it.</summary>
    public static string Address(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
        {
            return "address:unknown";
        }
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }
        if (address.AddressFamily is AddressFamily.InterNetworkV6)
        {
            var bytes = address.GetAddressBytes();
            Array.Clear(bytes, 8, 8);
            address = new IPAddress(bytes);
        }
        return $"address:{address}";
    }

    private static (string Name, Quota Quota, bool IsRefunded)? Special(HttpContext context, Caller caller, RateLimitOptions options)
    {
        var request = context.Request;
        var segments = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (request.Method, segments) switch
        {
            ("POST", ["api", "v1", "accounts"]) => ("sign-ups", options.SignUps, false),
            ("POST", ["api", "v1", "apps"]) => ("apps", options.Apps, false),
            _ when caller.AccountId is null && request.Method is not "GET" => null,
            ("POST", ["api", "v1", "statuses"] or ["api", "v1", "statuses", _, "reblog"]) => ("posts", options.Posts, true),
            ("POST", ["api", "v1", "accounts", _, "follow"] or ["api", "v1", "tags", _, "follow"]) => ("follows", options.Follows, true),
            ("POST", ["api", "v1" or "v2", "media"]) => ("media", options.Media, false),
            ("POST", ["api", "v1", "statuses", _, "unreblog"]) or ("DELETE", ["api", "v1", "statuses", _]) => ("deletes", options.Deletes, false),
            ("GET", _) when request.Query.Keys.Any(name => name is "max_id" or "min_id" or "since_id" or "page" or "offset") => ("paging", options.Paging, false),
            _ => null,
        };
    }

    /// <summary>Tells the tokens of an account apart, without putting one into Redis.</summary>
    private static string Token(HttpContext context) => Convert.ToHexString(Secrets.Hash(context.Request.Headers.Authorization.ToString()), 0, 8);
}
