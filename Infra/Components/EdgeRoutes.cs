using Pulumi;
using Pulumi.AzureNative.Cdn;
using Pulumi.AzureNative.Cdn.Inputs;

namespace Microblog.Infra.Components;

/// <summary>How answers of a route are kept.</summary>
/// <param name="ByQuery">Whether another query is another answer.</param>
/// <param name="Compress">Whether texts are compressed; pictures are already.</param>
internal sealed record EdgeCaching(bool ByQuery, bool Compress)
{
    /// <summary>A file's name stands for one content for ever, whatever follows it.</summary>
    public static EdgeCaching Images { get; } = new(ByQuery: false, Compress: false);

    /// <summary>Anything else that the contract lets be kept.</summary>
    public static EdgeCaching Answers { get; } = new(ByQuery: true, Compress: true);

    /// <summary>That of a path of the contract.</summary>
    public static EdgeCaching Of(string path) => path == EdgeContract.ImagesPath ? Images : Answers;
}

/// <summary>
/// What is asked of whom and what is kept: nothing, except what the contract names. Front Door compresses only what it may keep, so answers of the API are
/// sent as it sends them. Streams have a route of their own, for on a route with caching no WebSocket is opened.
/// </summary>
internal static class EdgeRoutes
{
    private static readonly string[] Texts = ["application/json", "application/javascript", "application/xml", "text/css", "text/html", "text/javascript", "text/plain", "image/svg+xml"];

    /// <summary>Makes all routes of both hosts.</summary>
    /// <returns>The last of them.</returns>
    public static Route Make(Context context, Groups groups, Profile profile, AFDEndpoint endpoint, EdgeDomains domains, AFDOriginGroup origins, EdgeChain chain)
    {
        var routes = context.Model.Routes;
        var requests = EdgeRules.Requests(groups, profile, chain);
        RouteArgs Args(string name, AFDCustomDomain domain, IEnumerable<string> paths, params RuleSet[] rules) => new()
        {
            ResourceGroupName = groups.Edge.Name,
            ProfileName = profile.Name,
            EndpointName = endpoint.Name,
            RouteName = name,
            CustomDomains = new ActivatedResourceReferenceArgs { Id = domain.Id },
            OriginGroup = new ResourceReferenceArgs { Id = origins.Id },
            PatternsToMatch = paths.ToArray(),
            RuleSets = rules.Select(rule => (Input<ResourceReferenceArgs>)new ResourceReferenceArgs { Id = rule.Id }).ToArray(),
            SupportedProtocols = { AFDEndpointProtocols.Http, AFDEndpointProtocols.Https },
            HttpsRedirect = HttpsRedirect.Enabled,
            ForwardingProtocol = ForwardingProtocol.HttpsOnly,
            // There the firewall does not look.
            LinkToDefaultDomain = LinkToDefaultDomain.Disabled,
            EnabledState = EnabledState.Enabled,
        };
        var last = chain.Then(options => new Route("edge-route-api", Args("api", domains.Api, ["/*"], requests), options));
        if (routes.Streaming.Count > 0)
        {
            last = chain.Then(options => new Route("edge-route-streaming", Args("streaming", domains.Api, routes.Streaming, requests), options));
        }
        foreach (var cacheable in routes.Cacheable)
        {
            var (name, caching) = (NameOf(cacheable.Path), EdgeCaching.Of(cacheable.Path));
            var keep = EdgeRules.Keep(groups, profile, chain, cacheable, caching);
            var args = Args($"keep-{name}", domains.Api, [cacheable.Path], requests, keep);
            args.CacheConfiguration = Cache(caching);
            last = chain.Then(options => new Route($"edge-route-keep-{name}", args, options));
            if (cacheable.Path == EdgeContract.ImagesPath)
            {
                var images = Args("images", domains.Media, ["/*"], requests, keep);
                // media.example/name is /media/name of the API.
                images.OriginPath = EdgeContract.ImagesPath.TrimEnd('*');
                images.CacheConfiguration = Cache(caching);
                last = chain.Then(options => new Route("edge-route-images", images, options));
            }
        }
        return last;
    }

    /// <summary>A name for a path: <c>oauth-jwks</c> for <c>/oauth/jwks</c>, <c>media-all</c> for <c>/media/*</c>.</summary>
    public static string NameOf(string path)
    {
        var words = path.Replace("*", "all", StringComparison.Ordinal).Split([.. path.Where(letter => !char.IsAsciiLetterOrDigit(letter) && letter != '*'), '/'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? "root" : string.Join('-', words).ToLowerInvariant();
    }

    private static AfdRouteCacheConfigurationArgs Cache(EdgeCaching caching) => new()
    {
        QueryStringCachingBehavior = caching.ByQuery ? AfdQueryStringCachingBehavior.UseQueryString : AfdQueryStringCachingBehavior.IgnoreQueryString,
        CompressionSettings = new CompressionSettingsArgs { IsCompressionEnabled = caching.Compress, ContentTypesToCompress = caching.Compress ? Texts : [] },
    };
}
