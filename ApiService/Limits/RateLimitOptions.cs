using System.Globalization;

namespace Microblog.ApiService.Limits;

/// <summary>So many requests in so long a time.</summary>
/// <param name="Limit">Requests allowed.</param>
/// <param name="Window">Length of the window, which begins with its first request.</param>
public readonly record struct Quota(int Limit, TimeSpan Window);

/// <summary>
/// The limits, from <c>Microblog:RateLimits:NAME=REQUESTS/SECONDS</c>; those not named are as Mastodon has them
/// (https://docs.joinmastodon.org/api/rate-limits/). <c>Microblog:RateLimits=off</c> or <c>Microblog:TestMode=true</c> turns all of them off.
/// </summary>
public sealed class RateLimitOptions
{
    private const string Section = "Microblog:RateLimits";

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">One of them is wrong; without it the service would start with a limit nobody meant.</exception>
    public RateLimitOptions(IConfiguration configuration)
    {
        IsOff = string.Equals(configuration[Section], "off", StringComparison.OrdinalIgnoreCase) || configuration.GetValue<bool>("Microblog:TestMode");
        Timeout = TimeSpan.FromMilliseconds(configuration.GetValue($"{Section}:TimeoutMilliseconds", 75));
        Account = Read(configuration, nameof(Account), 1500, 300);
        Token = Read(configuration, nameof(Token), 300, 300);
        Address = Read(configuration, nameof(Address), 300, 300);
        Paging = Read(configuration, nameof(Paging), 300, 900);
        Media = Read(configuration, nameof(Media), 30, 1800);
        Deletes = Read(configuration, nameof(Deletes), 30, 1800);
        SignUps = Read(configuration, nameof(SignUps), 5, 1800);
        Apps = Read(configuration, nameof(Apps), 5, 600);
        LogIns = Read(configuration, nameof(LogIns), 25, 300);
        Posts = Read(configuration, nameof(Posts), 300, 3 * 3600);
        Follows = Read(configuration, nameof(Follows), 400, 24 * 3600);
    }

    /// <summary>True when nothing is limited.</summary>
    public bool IsOff { get; }

    /// <summary>Longest wait for Redis (<c>Microblog:RateLimits:TimeoutMilliseconds</c>); a limit is not worth more of a request's time.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>All requests of an account.</summary>
    public Quota Account { get; }

    /// <summary>All requests with one token.</summary>
    public Quota Token { get; }

    /// <summary>Requests from one address that no account makes.</summary>
    public Quota Address { get; }

    /// <summary>Further pages of lists.</summary>
    public Quota Paging { get; }

    /// <summary>Uploads of an account.</summary>
    public Quota Media { get; }

    /// <summary>Deletions of statuses and reblogs by an account.</summary>
    public Quota Deletes { get; }

    /// <summary>Accounts made from one address.</summary>
    public Quota SignUps { get; }

    /// <summary>Applications registered from one address.</summary>
    public Quota Apps { get; }

    /// <summary>Passwords tried from one address, and for one name.</summary>
    public Quota LogIns { get; }

    /// <summary>Statuses and reblogs of an account.</summary>
    public Quota Posts { get; }

    /// <summary>Follows of an account.</summary>
    public Quota Follows { get; }

    private static Quota Read(IConfiguration configuration, string name, int limit, int seconds)
    {
        if (configuration[$"{Section}:{name}"] is not { Length: > 0 } text)
        {
            return new Quota(limit, TimeSpan.FromSeconds(seconds));
        }
        return text.Split('/') is [var first, var second]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var ownLimit)
            && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var ownSeconds) && ownSeconds > 0
            ? new Quota(ownLimit, TimeSpan.FromSeconds(ownSeconds))
            : throw new InvalidOperationException($"{Section}:{name}: '{text}' is not of the form REQUESTS/SECONDS, as in {limit}/{seconds}");
    }
}
