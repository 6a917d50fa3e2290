using Microblog.ApiService.Accounts;
using Microblog.ApiService.Http;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Media;
using Microblog.ApiService.Media.Imaging;
using Microblog.ApiService.Push;
using Microblog.ApiService.Statuses.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Instance;

/// <summary>
/// What clients ask first: who this server is and what it allows (https://docs.joinmastodon.org/methods/instance/).
/// <c>Microblog:ContactEmail</c> and <c>Microblog:SourceUrl</c> say whom to ask and where the source is.
/// </summary>
public static class InstanceEndpoints
{
    /// <summary>Starts with a Mastodon version, because clients compare it; what it really is follows.</summary>
    private static readonly string Version = $"{CompatibleWith} (compatible; Microblog {OwnVersion})";

    /// <summary>The version of Mastodon whose API this is.</summary>
    internal const string CompatibleWith = "4.3.0";

    internal const string Title = "Microblog";

    private const string Description = "A microblog for short posts.";

    /// <summary>Version of this software.</summary>
    internal static string OwnVersion => typeof(InstanceEndpoints).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Maps <c>/api/v1/instance</c> and <c>/api/v2/instance</c>.</summary>
    public static void MapInstance(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/instance", V1Async).Describe("This server, version 1", "As clients read it that know no version 2.", it => it.Open().Returns("Name, limits and size of the server."));
        routes.MapGet("/api/v2/instance", V2Async).Describe("This server", "Who it is and what it allows; clients ask this first.", it => it.Open().Returns("Name, limits and size of the server."));
    }

    private static async Task<Ok<InstanceV1Entity>> V1Async(HttpContext context, InstanceCounts instance, MicroblogOptions options, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var counts = await instance.ReadAsync(cancellationToken);
        var url = new Uri(BaseUrl.Of(context));
        return TypedResults.Ok(new InstanceV1Entity(
            url.Authority, Title, Description, Description, Contact(configuration, url), Version, new InstanceV1Urls(Streaming(url)), new InstanceV1Stats(counts.Users, counts.Statuses, 1),
            Thumbnail: null, Languages: ["en"], Registrations: options.RegistrationsOpen, ApprovalRequired: false, InvitesEnabled: false, Configuration(url), ContactAccount: null, InstanceDetails.Rules(configuration), CharacterCount.MaxCharacters));
    }

    private static async Task<Ok<InstanceEntity>> V2Async(HttpContext context, InstanceCounts instance, MicroblogOptions options, IConfiguration configuration, VapidKeys vapid, CancellationToken cancellationToken)
    {
        var counts = await instance.ReadAsync(cancellationToken);
        var url = new Uri(BaseUrl.Of(context));
        return TypedResults.Ok(new InstanceEntity(
            url.Authority, Title, Version, configuration["Microblog:SourceUrl"] is { Length: > 0 } source ? source : BaseUrl.Of(context), Description, new InstanceUsage(new InstanceUsers(counts.ActiveMonth)),
            new InstanceThumbnail($"{BaseUrl.Of(context)}/headers/original/missing.png"), Icon: [], Languages: ["en"], Configuration(url) with { Vapid = await vapid.FindAsync(cancellationToken) is { } key ? new InstanceVapid(key) : null },
            new InstanceRegistrations(options.RegistrationsOpen, ApprovalRequired: false, Message: null, Url: options.RegistrationsOpen ? $"{BaseUrl.Of(context)}/auth/sign_up" : null),
            new Dictionary<string, int> { ["mastodon"] = 2, ["microblog"] = 1 }, new InstanceContact(Contact(configuration, url), Account: null), InstanceDetails.Rules(configuration)));
    }

    /// <summary>Clients read it as an address; postmaster is the one that every domain with mail has (RFC 2142).</summary>
    private static string Contact(IConfiguration configuration, Uri url) => configuration["Microblog:ContactEmail"] is { Length: > 0 } email ? email : $"postmaster@{url.Host}";

    private static string Streaming(Uri url) => $"{(url.Scheme == Uri.UriSchemeHttps ? "wss" : "ws")}://{url.Authority}";

    private static InstanceConfiguration Configuration(Uri url) => new(
        new InstanceUrls(Streaming(url)),
        new InstanceAccounts(MaxFeaturedTags: 10, MaxPinnedStatuses: 5),
        new InstanceStatuses(CharacterCount.MaxCharacters, MediaLimits.MaxAttachments, CharacterCount.CharactersReservedPerUrl),
        new InstanceMedia(
            [.. ImageType.All.Select(type => type.ContentType)], MediaLimits.MaxDescription, MediaLimits.MaxImageBytes, MediaLimits.MaxPixels, VideoSizeLimit: 0, VideoFrameRateLimit: 0, VideoMatrixLimit: 0),
        new InstancePolls(MaxOptions: 4, MaxCharactersPerOption: 50, MinExpiration: 300, MaxExpiration: 2629746),
        new InstanceTranslation(Enabled: false));
}

/// <summary>https://docs.joinmastodon.org/entities/Instance/</summary>
public sealed record InstanceEntity(
    string Domain, string Title, string Version, string SourceUrl, string Description, InstanceUsage Usage, InstanceThumbnail Thumbnail, IReadOnlyList<EmptyBody> Icon,
    IReadOnlyList<string> Languages, InstanceConfiguration Configuration, InstanceRegistrations Registrations, IReadOnlyDictionary<string, int> ApiVersions, InstanceContact Contact, IReadOnlyList<RuleEntity> Rules);

/// <summary>https://docs.joinmastodon.org/entities/V1_Instance/; <c>max_toot_chars</c> is for forks that read nothing else.</summary>
public sealed record InstanceV1Entity(
    string Uri, string Title, string ShortDescription, string Description, string Email, string Version, InstanceV1Urls Urls, InstanceV1Stats Stats, string? Thumbnail,
    IReadOnlyList<string> Languages, bool Registrations, bool ApprovalRequired, bool InvitesEnabled, InstanceConfiguration Configuration, AccountEntity? ContactAccount, IReadOnlyList<RuleEntity> Rules, int MaxTootChars);
