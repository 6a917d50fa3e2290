using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Microblog.ApiService.Media.Imaging;
using Microblog.ApiService.Statuses.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Instance;

/// <summary>What clients ask first: who this server is and what it allows (https://docs.joinmastodon.org/methods/instance/).</summary>
public static class InstanceEndpoints
{
    /// <summary>Starts with a Mastodon version, because clients compare it; what it really is follows.</summary>
    private static readonly string Version = $"4.3.0 (compatible; Microblog {typeof(InstanceEndpoints).Assembly.GetName().Version?.ToString(3)})";

    private const string Title = "Microblog";
    private const string Description = "A microblog for short posts.";

    /// <summary>Maps <c>/api/v1/instance</c> and <c>/api/v2/instance</c>.</summary>
    public static void MapInstance(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/instance", V1Async);
        routes.MapGet("/api/v2/instance", V2Async);
    }

    private static async Task<Ok<InstanceV1Entity>> V1Async(HttpContext context, Db db, CancellationToken cancellationToken)
    {
        var counts = await CountsAsync(db, cancellationToken);
        var url = new Uri(BaseUrl.Of(context));
        return TypedResults.Ok(new InstanceV1Entity(
            url.Authority, Title, Description, Description, Email: "", Version, new InstanceV1Urls(Streaming(url)), new InstanceV1Stats(counts.Users, counts.Statuses, 1),
            Thumbnail: null, Languages: ["en"], Registrations: true, ApprovalRequired: false, InvitesEnabled: false, Configuration(url), ContactAccount: null, Rules: [], CharacterCount.MaxCharacters));
    }

    private static async Task<Ok<InstanceEntity>> V2Async(HttpContext context, Db db, CancellationToken cancellationToken)
    {
        var counts = await CountsAsync(db, cancellationToken);
        var url = new Uri(BaseUrl.Of(context));
        return TypedResults.Ok(new InstanceEntity(
            url.Authority, Title, Version, SourceUrl: "", Description, new InstanceUsage(new InstanceUsers(counts.ActiveMonth)),
            new InstanceThumbnail($"{BaseUrl.Of(context)}/headers/original/missing.png"), Icon: [], Languages: ["en"], Configuration(url),
            new InstanceRegistrations(Enabled: true, ApprovalRequired: false, Message: null, Url: null),
            new Dictionary<string, int> { ["mastodon"] = 1, ["microblog"] = 1 }, new InstanceContact("", Account: null), Rules: []));
    }

    /// <summary>Estimates from the planner's statistics where counting would read the whole table.</summary>
    private static async Task<CountsRow> CountsAsync(Db db, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT
                (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'accounts'::regclass) AS users,
                (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'statuses'::regclass) AS statuses,
                (SELECT count(*) FROM (SELECT FROM account_stats WHERE last_status_at > current_date - 30 LIMIT 100000) a) AS active_month
            """;
        return await db.ReadAsync(accountId: null, connection => connection.SingleAsync<CountsRow>(Sql, new { }, cancellationToken), cancellationToken)
            ?? new CountsRow(0, 0, 0);
    }

    private static string Streaming(Uri url) => $"{(url.Scheme == Uri.UriSchemeHttps ? "wss" : "ws")}://{url.Authority}";

    private static InstanceConfiguration Configuration(Uri url) => new(
        new InstanceUrls(Streaming(url)),
        new InstanceAccounts(MaxFeaturedTags: 10, MaxPinnedStatuses: 5),
        new InstanceStatuses(CharacterCount.MaxCharacters, MediaLimits.MaxAttachments, CharacterCount.CharactersReservedPerUrl),
        new InstanceMedia(
            [.. ImageType.All.Select(type => type.ContentType)], MediaLimits.MaxDescription, MediaLimits.MaxImageBytes, MediaLimits.MaxPixels, VideoSizeLimit: 0, VideoFrameRateLimit: 0, VideoMatrixLimit: 0),
        new InstancePolls(MaxOptions: 4, MaxCharactersPerOption: 50, MinExpiration: 300, MaxExpiration: 2629746),
        new InstanceTranslation(Enabled: false));

    private sealed record CountsRow(long Users, long Statuses, long ActiveMonth);
}

/// <summary>https://docs.joinmastodon.org/entities/Instance/</summary>
public sealed record InstanceEntity(
    string Domain, string Title, string Version, string SourceUrl, string Description, InstanceUsage Usage, InstanceThumbnail Thumbnail, IReadOnlyList<EmptyBody> Icon,
    IReadOnlyList<string> Languages, InstanceConfiguration Configuration, InstanceRegistrations Registrations, IReadOnlyDictionary<string, int> ApiVersions, InstanceContact Contact, IReadOnlyList<EmptyBody> Rules);

/// <summary>https://docs.joinmastodon.org/entities/V1_Instance/; <c>max_toot_chars</c> is for forks that read nothing else.</summary>
public sealed record InstanceV1Entity(
    string Uri, string Title, string ShortDescription, string Description, string Email, string Version, InstanceV1Urls Urls, InstanceV1Stats Stats, string? Thumbnail,
    IReadOnlyList<string> Languages, bool Registrations, bool ApprovalRequired, bool InvitesEnabled, InstanceConfiguration Configuration, AccountEntity? ContactAccount, IReadOnlyList<EmptyBody> Rules, int MaxTootChars);
