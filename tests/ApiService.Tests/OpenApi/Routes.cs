using System.Reflection;
using System.Text.RegularExpressions;
using Microblog.ApiService.OAuth;
using Microblog.TestSupport;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Microblog.ApiService.Tests.OpenApi;

/// <summary>A route for clients.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path, without constraints on its parts.</param>
/// <param name="Scope">What its token has to grant; null when none is asked for.</param>
/// <param name="Token">Whose token it wants.</param>
/// <param name="Endpoint">All about it.</param>
public sealed record Route(string Method, string Path, string? Scope, TokenOf Token, RouteEndpoint Endpoint)
{
    /// <summary>Method and path.</summary>
    public string Name => $"{Method} {Path}";

    /// <summary>Whether its handler takes a thing.</summary>
    public bool Takes<T>() => Endpoint.Metadata.OfType<MethodInfo>().Any(handler => handler.GetParameters().Any(parameter => parameter.ParameterType == typeof(T)));
}

/// <summary>Whose token a route wants.</summary>
public enum TokenOf
{
    /// <summary>It looks at none by itself.</summary>
    Nobody,

    /// <summary>None, but one that is sent has to be good.</summary>
    Anybody,

    /// <summary>An account's.</summary>
    Account,

    /// <summary>An application's.</summary>
    Application,
}

/// <summary>The routes of a running API.</summary>
public static partial class Routes
{
    private static readonly string[] ForOperators = ["/health", "/alive", "/manage"];

    /// <summary>All that clients may call; pages and files for browsers apart.</summary>
    public static List<Route> Of(ApiHost api) =>
    [
        .. from endpoint in api.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let path = InPath().Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), "{$1}")
           where endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true }
           where !ForOperators.Any(start => path.StartsWith(start, StringComparison.Ordinal))
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
           let need = endpoint.Metadata.OfType<AuthorizationPolicy>().SelectMany(policy => policy.Requirements).OfType<AccessTokenAuthentication.ScopeRequirement>().SingleOrDefault()
           select new Route(method, path, need?.Scope, need is null ? TokenOf.Nobody : need.OfAccount switch { null => TokenOf.Anybody, true => TokenOf.Account, false => TokenOf.Application }, endpoint),
    ];

    [GeneratedRegex(@"\{\*{0,2}([A-Za-z_]+)[^}]*\}")]
    private static partial Regex InPath();
}
