using System.Text.Json.Serialization;
using Microblog.ApiService.Http;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Instance;

/// <summary>NodeInfo 2.0 (https://nodeinfo.diaspora.software/protocol): how programs find out what kind of server this is.</summary>
public static class NodeInfoEndpoints
{
    private const string Schema = "http://nodeinfo.diaspora.software/ns/schema/2.0";

    /// <summary>Maps <c>/.well-known/nodeinfo</c> and <c>/nodeinfo/2.0</c>.</summary>
    public static void MapNodeInfo(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/.well-known/nodeinfo", (HttpContext context) => TypedResults.Ok(new LinksEntity([new LinkEntity(Schema, Type: null, $"{BaseUrl.Of(context)}/nodeinfo/2.0")])))
            .Describe("Where NodeInfo is", "The address of the server's description for programs.", it => it.Open().Returns("The address."));
        routes.MapGet("/nodeinfo/2.0", ShowAsync)
            .Describe("NodeInfo", "Software, protocols and size of the server. `metadata.upstream` names the API it is compatible with.", it => it.Open().Returns("NodeInfo 2.0."));
    }

    private static async Task<Ok<NodeInfoEntity>> ShowAsync(InstanceCounts counts, CancellationToken cancellationToken)
    {
        var (users, statuses, month, halfYear) = await counts.ReadAsync(cancellationToken);
        return TypedResults.Ok(new NodeInfoEntity(
            "2.0", new NodeInfoSoftware("microblog", InstanceEndpoints.OwnVersion), Protocols: [], new NodeInfoServices([], []),
            new NodeInfoUsage(new NodeInfoUsers(users, month, halfYear), statuses), OpenRegistrations: true,
            new NodeInfoMetadata(InstanceEndpoints.Title, new NodeInfoUpstream("mastodon", InstanceEndpoints.CompatibleWith))));
    }
}

/// <summary>Links to what belongs to a subject (RFC 7033).</summary>
/// <param name="Links">The links.</param>
public sealed record LinksEntity(IReadOnlyList<LinkEntity> Links);

/// <summary>A link by its relation.</summary>
/// <param name="Rel">The relation, an address or a word.</param>
/// <param name="Type">Media type of the target.</param>
/// <param name="Href">The target.</param>
public sealed record LinkEntity(string Rel, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Type, string Href);

/// <summary>NodeInfo 2.0; its names are in camel case.</summary>
public sealed record NodeInfoEntity(
    string Version, NodeInfoSoftware Software, IReadOnlyList<string> Protocols, NodeInfoServices Services, NodeInfoUsage Usage,
    [property: JsonPropertyName("openRegistrations")] bool OpenRegistrations, NodeInfoMetadata Metadata);

/// <summary>What the server runs.</summary>
public sealed record NodeInfoSoftware(string Name, string Version);

/// <summary>Services it exchanges posts with: none.</summary>
public sealed record NodeInfoServices(IReadOnlyList<string> Inbound, IReadOnlyList<string> Outbound);

/// <summary>How much it is used.</summary>
public sealed record NodeInfoUsage(NodeInfoUsers Users, [property: JsonPropertyName("localPosts")] long LocalPosts);

/// <summary>How many people use it; active is who posted.</summary>
public sealed record NodeInfoUsers(long Total, [property: JsonPropertyName("activeMonth")] long ActiveMonth, [property: JsonPropertyName("activeHalfyear")] long ActiveHalfYear);

/// <summary>More about it.</summary>
public sealed record NodeInfoMetadata([property: JsonPropertyName("nodeName")] string NodeName, NodeInfoUpstream Upstream);

/// <summary>Whose API it speaks; clients that do not know the software go by this.</summary>
public sealed record NodeInfoUpstream(string Name, string Version);
