using Microblog.Infra.AppModel;

namespace Microblog.Infra.Components;

/// <summary>What the edge takes from the contract beyond what every contract has to have.</summary>
public static class EdgeContract
{
    /// <summary>Where the API serves images; the edge gives them a host of their own, on which the same names stand right after the slash.</summary>
    public const string ImagesPath = "/media/*";

    /// <summary>Checks the routes before anything is registered.</summary>
    /// <exception cref="AppModelException">Something that a public system needs is not in the contract, or is nothing that Front Door can do.</exception>
    public static void Check(AppContract model)
    {
        var routes = model.Routes;
        if (model.Services.All(service => !service.External))
        {
            throw Broken("no service is external, so there is nothing that Front Door could show to the public.");
        }
        if (routes.Health is null)
        {
            throw Broken("routes.health is missing: Front Door asks it whether the API can be sent requests.");
        }
        if (routes.MaxRequestBytes is null or <= 0)
        {
            throw Broken("routes.maxRequestBytes is missing: the firewall refuses what is longer.");
        }
        if (routes.Cacheable.All(route => route.Path != ImagesPath))
        {
            throw Broken($"routes.cacheable has no {ImagesPath}: the host of images would have nothing to serve.");
        }
        foreach (var path in routes.Cacheable.Select(route => route.Path).Concat(routes.Streaming))
        {
            // Front Door matches whole paths, or beginnings up to a slash.
            if (!path.StartsWith('/') || path.TrimEnd('*').Contains('*', StringComparison.Ordinal) || (path.EndsWith('*') && !path.EndsWith("/*", StringComparison.Ordinal)))
            {
                throw Broken($"the route '{path}' is nothing that Front Door can match: it must begin with a slash, and an asterisk may only stand at the end, after a slash.");
            }
        }
        if (routes.Cacheable.FirstOrDefault(route => route.Seconds is <= 0 or > MaxSeconds) is { } odd)
        {
            throw Broken($"routes.cacheable keeps {odd.Path} for {odd.Seconds} seconds; it must be from 1 to {MaxSeconds}.");
        }
        if (routes.Cacheable.Select(route => route.Path).Intersect(routes.Streaming).FirstOrDefault() is { } both)
        {
            throw Broken($"{both} is in routes.cacheable and in routes.streaming.");
        }
    }

    /// <summary>A year: longer is not kept.</summary>
    private const int MaxSeconds = 31_536_000;

    private static AppModelException Broken(string problem) => new($"app-model.json: {problem}");
}
