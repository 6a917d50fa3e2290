using System.Globalization;
using Microblog.Infra.AppModel;
using Pulumi.AzureNative.Cdn;
using Pulumi.AzureNative.Cdn.Inputs;

namespace Microblog.Infra.Components;

/// <summary>What the edge changes of requests and answers. Security headers are not among it: the API sets them on everything, images included.</summary>
internal static class EdgeRules
{
    /// <summary>
    /// Headers that proxies and frameworks elsewhere believe. Front Door itself writes <c>X-Forwarded-Host</c>, <c>X-Forwarded-Proto</c> and <c>X-Azure-…</c>
    /// anew, and the API takes the client's address from <c>X-Azure-SocketIP</c> alone. Five are as many actions as a rule may have.
    /// </summary>
    private static readonly string[] Claims = ["Forwarded", "X-Real-IP", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override"];

    /// <summary>Takes from every request what a client may not claim.</summary>
    public static RuleSet Requests(Groups groups, Profile profile, EdgeChain chain) =>
        Set(groups, profile, chain, "Requests", [.. Claims.Select(header => new DeliveryRuleRequestHeaderActionArgs
        {
            Name = "ModifyRequestHeader",
            Parameters = new HeaderActionParametersArgs { TypeName = "DeliveryRuleHeaderActionParameters", HeaderAction = HeaderAction.Delete, HeaderName = header },
        })]);

    /// <summary>
    /// Keeps answers for as long as the contract says where the API says nothing; else what the API says counts, also that an answer is not to be kept.
    /// Without it Front Door keeps an answer without a header for one to three days.
    /// </summary>
    public static RuleSet Keep(Groups groups, Profile profile, EdgeChain chain, CacheableSpec route, EdgeCaching caching) =>
        Set(groups, profile, chain, $"Keep{Pascal(EdgeRoutes.NameOf(route.Path))}", [new DeliveryRuleRouteConfigurationOverrideActionArgs
        {
            Name = "RouteConfigurationOverride",
            Parameters = new RouteConfigurationOverrideActionParametersArgs
            {
                TypeName = "DeliveryRuleRouteConfigurationOverrideActionParameters",
                CacheConfiguration = new CacheConfigurationArgs
                {
                    CacheBehavior = RuleCacheBehavior.OverrideIfOriginMissing,
                    CacheDuration = TimeSpan.FromSeconds(route.Seconds).ToString("c", CultureInfo.InvariantCulture),
                    QueryStringCachingBehavior = caching.ByQuery ? RuleQueryStringCachingBehavior.UseQueryString : RuleQueryStringCachingBehavior.IgnoreQueryString,
                    IsCompressionEnabled = caching.Compress ? RuleIsCompressionEnabled.Enabled : RuleIsCompressionEnabled.Disabled,
                },
            },
        }]);

    private static RuleSet Set(Groups groups, Profile profile, EdgeChain chain, string name, object[] actions)
    {
        var set = chain.Then(options => new RuleSet($"edge-rules-{name.ToLowerInvariant()}", new RuleSetArgs
        {
            ResourceGroupName = groups.Edge.Name,
            ProfileName = profile.Name,
            RuleSetName = name,
        }, options));
        _ = chain.Then(options => new Rule($"edge-rule-{name.ToLowerInvariant()}", new RuleArgs
        {
            ResourceGroupName = groups.Edge.Name,
            ProfileName = profile.Name,
            RuleSetName = set.Name,
            RuleName = name,
            Order = 1,
            MatchProcessingBehavior = MatchProcessingBehavior.Continue,
            Actions = actions,
        }, options));
        return set;
    }

    /// <summary>Names of rule sets are letters and digits.</summary>
    private static string Pascal(string name) => string.Concat(name.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}
