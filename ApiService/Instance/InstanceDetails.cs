using System.Globalization;
using Microblog.ApiService.Http;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Instance;

/// <summary>
/// What about pages of clients ask (https://docs.joinmastodon.org/methods/instance/). Texts come from <c>Microblog:Rules:0</c> and on,
/// <c>Microblog:ExtendedDescription</c> and <c>Microblog:PrivacyPolicy</c> (HTML). Lists of what this server does not have are empty.
/// </summary>
public static class InstanceDetails
{
    /// <summary>Languages that statuses can be said to be in, by their codes (ISO 639); clients choose from them.</summary>
    private static readonly IReadOnlyList<LanguageEntity> Languages =
        [.. CultureInfo.GetCultures(CultureTypes.NeutralCultures).Where(culture => culture.Name.Length is 2 or 3).OrderBy(culture => culture.Name, StringComparer.Ordinal).Select(culture => new LanguageEntity(culture.Name, culture.EnglishName))];

    /// <summary>Maps the routes below <c>/api/v1/instance</c>, and the announcements and emojis.</summary>
    public static void MapInstanceDetails(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/instance/rules", (IConfiguration configuration) => TypedResults.Ok(Rules(configuration)))
            .Describe("Rules", "What the server asks of its people.", it => it.Open().Returns("The rules."));
        routes.MapGet("/api/v1/instance/activity", async (InstanceCounts counts, CancellationToken cancellationToken) => TypedResults.Ok(await counts.ActivityAsync(cancellationToken)))
            .Describe("Activity", "Statuses, active accounts and new accounts of the last twelve weeks, the current one first.", it => it.Open().Returns("Twelve weeks."));
        routes.MapGet("/api/v1/instance/peers", () => TypedResults.Ok<IReadOnlyList<string>>([]))
            .Describe("Peers", "Other servers this one knows: none, it does not federate.", it => it.Open().Returns("An empty list."));
        routes.MapGet("/api/v1/instance/extended_description", (IConfiguration configuration) => TypedResults.Ok(new TextEntity(UpdatedAt: null, configuration["Microblog:ExtendedDescription"] ?? "")))
            .Describe("Extended description", "A longer text about the server.", it => it.Open().Returns("The text, empty when there is none."));
        routes.MapGet("/api/v1/instance/privacy_policy", PrivacyPolicy)
            .Describe("Privacy policy", "What becomes of people's data.", it => it.Open().Error(404, "This server has none.").Returns("The text."));
        routes.MapGet("/api/v1/instance/languages", () => TypedResults.Ok(Languages))
            .Describe("Languages", "Languages that a status may state.", it => it.Open().Returns("Codes and English names."));
        routes.MapGet("/api/v1/instance/translation_languages", () => TypedResults.Ok(new EmptyBody()))
            .Describe("Translation languages", "Languages that statuses can be translated between: none.", it => it.Open().Returns("An empty object."));
        routes.MapGet("/api/v1/custom_emojis", () => TypedResults.Ok<IReadOnlyList<EmptyBody>>([]))
            .Describe("Custom emojis", "Emojis of this server: none.", it => it.Open().Returns("An empty list."));
        routes.MapGet("/api/v1/announcements", () => TypedResults.Ok<IReadOnlyList<EmptyBody>>([]))
            .Describe("Announcements", "What the server has to say to everybody: nothing.", it => it.Open().Returns("An empty list."));
    }

    /// <summary>The rules, as configured.</summary>
    public static IReadOnlyList<RuleEntity> Rules(IConfiguration configuration) =>
        [.. configuration.GetSection("Microblog:Rules").GetChildren().Select((rule, i) => new RuleEntity((i + 1L).ToApi(), rule.Value ?? "", Hint: ""))];

    private static Ok<TextEntity> PrivacyPolicy(IConfiguration configuration) =>
        TypedResults.Ok(new TextEntity(UpdatedAt: null, configuration["Microblog:PrivacyPolicy"] is { Length: > 0 } text ? text : throw ApiException.NotFound()));
}

/// <summary>https://docs.joinmastodon.org/entities/Rule/</summary>
/// <param name="Id">Its number.</param>
/// <param name="Text">The rule.</param>
/// <param name="Hint">More about it.</param>
public sealed record RuleEntity(string Id, string Text, string Hint);

/// <summary>A language.</summary>
/// <param name="Code">ISO 639 code.</param>
/// <param name="Name">Its name in English.</param>
public sealed record LanguageEntity(string Code, string Name);

/// <summary>https://docs.joinmastodon.org/entities/ExtendedDescription/</summary>
/// <param name="UpdatedAt">When it was changed last; not known of configured texts.</param>
/// <param name="Content">The text, HTML.</param>
public sealed record TextEntity(DateTime? UpdatedAt, string Content);
