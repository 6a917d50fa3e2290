using System.Text.Json.Serialization;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Accounts;

/// <summary>What clients begin a new post with (https://docs.joinmastodon.org/methods/preferences/).</summary>
public static class PreferenceEndpoints
{
    /// <summary>Maps <c>/api/v1/preferences</c>.</summary>
    public static void MapPreferences(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/preferences", ShowAsync).RequireScope("read:accounts")
            .Describe("Preferences", "How the caller posts and reads unless they say otherwise.", it => it.Returns("The preferences."));

    private static async Task<Ok<PreferencesEntity>> ShowAsync(HttpContext context, Caller caller, AccountStore accounts, CancellationToken cancellationToken)
    {
        var account = await accounts.ByIdAsync(caller.Account, caller.Account, cancellationToken) ?? throw ApiException.NotFound();
        var source = account.ToCredentialEntity(BaseUrl.Of(context)).Source;
        return TypedResults.Ok(new PreferencesEntity(source.Privacy, source.Sensitive, source.Language, source.QuotePolicy, ExpandMedia: "default", ExpandSpoilers: false));
    }
}

/// <summary>https://docs.joinmastodon.org/entities/Preferences/</summary>
/// <param name="Visibility">Visibility of a new post.</param>
/// <param name="Sensitive">Whether media of a new post are hidden at first.</param>
/// <param name="Language">Language of a new post; null when the client guesses.</param>
/// <param name="QuotePolicy">Who may quote a new post.</param>
/// <param name="ExpandMedia">Whether media are shown: by what each post says.</param>
/// <param name="ExpandSpoilers">Whether warnings are opened at once.</param>
public sealed record PreferencesEntity(
    [property: JsonPropertyName("posting:default:visibility")] string Visibility,
    [property: JsonPropertyName("posting:default:sensitive")] bool Sensitive,
    [property: JsonPropertyName("posting:default:language")] string? Language,
    [property: JsonPropertyName("posting:default:quote_policy")] string QuotePolicy,
    [property: JsonPropertyName("reading:expand:media")] string ExpandMedia,
    [property: JsonPropertyName("reading:expand:spoilers")] bool ExpandSpoilers);
