using System.Globalization;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.Limits;

/// <summary>Counts requests, tells each client how many it has left, and refuses those that are too many (https://docs.joinmastodon.org/api/rate-limits/).</summary>
public static class RateLimiting
{
    /// <summary>ISO 8601 with microseconds, as clients parse it.</summary>
    private const string ResetFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private const string TooMany = "Too many requests";

    /// <summary>Registers the limits.</summary>
    public static IServiceCollection AddRateLimits(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton(new RateLimitOptions(configuration)).AddSingleton<LocalCounters>().AddSingleton<RateLimiter>();

    /// <summary>Applies them. After authentication, which knows the account; before authorisation, whose refusals count too.</summary>
    public static WebApplication UseRateLimits(this WebApplication app)
    {
        var limiter = app.Services.GetRequiredService<RateLimiter>();
        if (!limiter.Options.IsOff)
        {
            app.Use((context, next) => HandleAsync(context, next, limiter));
        }
        return app;
    }

    /// <summary>Counts a try to log in, by address and by name; before the password is looked at.</summary>
    /// <exception cref="ApiException">429 when there were too many.</exception>
    public static async Task CountLogInAsync(this RateLimiter limiter, HttpContext context, string login)
    {
        if (limiter.Options.IsOff)
        {
            return;
        }
        var standings = await limiter.CountAsync(RateLimitRules.OfLogIn(context, login, limiter.Options), context.RequestAborted);
        if (standings.FirstOrDefault(standing => standing.IsExceeded) is { } exceeded)
        {
            State(context, exceeded, exceeded.Remaining);
            throw new ApiException(StatusCodes.Status429TooManyRequests, TooMany);
        }
    }

    private static async Task HandleAsync(HttpContext context, RequestDelegate next, RateLimiter limiter)
    {
        var buckets = RateLimitRules.Of(context, limiter.Options);
        if (buckets.Count == 0)
        {
            await next(context);
            return;
        }
        var standings = await limiter.CountAsync(buckets, context.RequestAborted);
        var refunded = standings.FirstOrDefault(standing => standing.Bucket.IsRefunded);
        if (standings.Where(standing => standing.IsExceeded).MaxBy(standing => standing.Left) is { } exceeded)
        {
            if (refunded is not null)
            {
                limiter.Refund(refunded);
            }
            State(context, exceeded, remaining: 0);
            await ApiErrors.WriteAsync(context, StatusCodes.Status429TooManyRequests, new ErrorBody(TooMany));
            return;
        }
        // What a product limit concerns is told by that limit alone.
        var told = refunded ?? standings.MinBy(standing => standing.Remaining)!;
        State(context, told, told.Remaining);
        if (refunded is not null)
        {
            context.Response.OnStarting(() =>
            {
                if (context.Response.StatusCode >= StatusCodes.Status400BadRequest && context.Response.StatusCode != StatusCodes.Status429TooManyRequests)
                {
                    limiter.Refund(refunded);
                    State(context, refunded, refunded.Remaining + 1);
                }
                return Task.CompletedTask;
            });
        }
        await next(context);
    }

    private static void State(HttpContext context, Standing standing, long remaining)
    {
        var headers = context.Response.Headers;
        headers["X-RateLimit-Limit"] = standing.Bucket.Quota.Limit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = remaining.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = (DateTime.UtcNow + standing.Left).ToString(ResetFormat, CultureInfo.InvariantCulture);
        if (standing.IsExceeded)
        {
            headers.RetryAfter = Math.Ceiling(standing.Left.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
    }
}
