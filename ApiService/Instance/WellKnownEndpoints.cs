using System.Xml.Linq;
using Microblog.ApiService.Accounts;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Instance;

/// <summary>WebFinger (RFC 7033) and the host-meta (RFC 6415) that leads to it: from <c>alice@server</c> to a profile.</summary>
public static class WellKnownEndpoints
{
    private const string ProfilePage = "http://webfinger.net/rel/profile-page";

    private const string Subject = "acct:";

    /// <summary>Maps <c>/.well-known/webfinger</c> and <c>/.well-known/host-meta</c>.</summary>
    public static void MapWellKnown(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/.well-known/webfinger", WebFingerAsync).Produces<WebFingerEntity>(contentType: "application/jrd+json").Describe("WebFinger", "The profile of an account by its handle or by an address of this server.", it => it
            .Open()
            .Query("resource", "`acct:` and the handle, or the address of a profile.", required: true, example: "acct:alice@social.example")
            .Error(400, "There is no `resource`.")
            .Error(404, "No account of this server is meant.")
            .Returns("The account's handle and addresses."));
        routes.MapGet("/.well-known/host-meta", HostMeta).Produces<string>(contentType: "application/xrd+xml")
            .Describe("Host metadata", "Where WebFinger is, as XRD.", it => it.Open().Returns("The template of its address."));
    }

    private static async Task<JsonHttpResult<WebFingerEntity>> WebFingerAsync(HttpContext context, RequestFields fields, Caller caller, AccountStore accounts, CancellationToken cancellationToken)
    {
        var resource = fields.Text("resource") is { Length: > 0 } text ? text : throw new ApiException(StatusCodes.Status400BadRequest, "The parameter resource is missing");
        var baseUrl = BaseUrl.Of(context);
        var authority = new Uri(baseUrl).Authority;
        var account = Username(resource, baseUrl, authority) is { } name ? await accounts.ByUsernameAsync(caller.AccountId, name, cancellationToken) : null;
        if (account is null)
        {
            throw ApiException.NotFound();
        }
        var (page, uri) = ($"{baseUrl}/@{account.Username}", $"{baseUrl}/users/{account.Username}");
        return TypedResults.Json(
            new WebFingerEntity($"{Subject}{account.Username}@{authority}", [page, uri], [new LinkEntity(ProfilePage, "text/html", page)]),
            ApiJson.Default.WebFingerEntity, contentType: "application/jrd+json; charset=utf-8");
    }

    private static string? Username(string resource, string baseUrl, string authority)
    {
        if (resource.StartsWith(Subject, StringComparison.OrdinalIgnoreCase))
        {
            return resource[Subject.Length..].TrimStart('@').Split('@') is [var name, var domain] && string.Equals(domain, authority, StringComparison.OrdinalIgnoreCase) ? name : null;
        }
        return new[] { $"{baseUrl}/@", $"{baseUrl}/users/" }.Where(start => resource.StartsWith(start, StringComparison.OrdinalIgnoreCase)).Select(start => resource[start.Length..]).FirstOrDefault();
    }

    private static ContentHttpResult HostMeta(HttpContext context)
    {
        XNamespace xrd = "http://docs.oasis-open.org/ns/xri/xrd-1.0";
        var document = new XElement(xrd + "XRD", new XElement(xrd + "Link", new XAttribute("rel", "lrdd"), new XAttribute("template", $"{BaseUrl.Of(context)}/.well-known/webfinger?resource={{uri}}")));
        return TypedResults.Text($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{document}\n", "application/xrd+xml; charset=utf-8");
    }
}

/// <summary>A subject of WebFinger.</summary>
/// <param name="Subject">Its handle.</param>
/// <param name="Aliases">Its addresses.</param>
/// <param name="Links">What belongs to it.</param>
public sealed record WebFingerEntity(string Subject, IReadOnlyList<string> Aliases, IReadOnlyList<LinkEntity> Links);
