using System.Globalization;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Quotes;

/// <summary>What people do with quotes in these tests.</summary>
internal static class Quoting
{
    /// <summary>Posts a quote; the answer as it came.</summary>
    public static Task<Answer> TryQuoteAsync(this Person person, long quoted, string text = "Look at this", string visibility = "public", long? replyTo = null) => person.PostAsync(
        "/api/v1/statuses", new { status = text, visibility, quoted_status_id = $"{quoted}", in_reply_to_id = replyTo?.ToString(CultureInfo.InvariantCulture) });

    /// <summary>Posts a quote and returns its id.</summary>
    public static async Task<long> QuoteAsync(this Person person, long quoted, string text = "Look at this", string visibility = "public", long? replyTo = null) =>
        (await person.TryQuoteAsync(quoted, text, visibility, replyTo)).Ok().Id;

    /// <summary>A status as the client sees it.</summary>
    public static async Task<Answer> StatusAsync(this Client client, long id) => (await client.GetAsync($"/api/v1/statuses/{id}")).Ok();

    /// <summary>The state of a status's quote, and the id of what it quotes, where the client may see it.</summary>
    public static async Task<(string State, long? Quoted)> QuoteStateAsync(this Client client, long id)
    {
        var quote = (await client.StatusAsync(id))["quote"];
        var quoted = quote.GetProperty("quoted_status");
        return (quote.GetProperty("state").GetString()!, quoted.ValueKind is JsonValueKind.Null ? null : Answer.IdOf(quoted));
    }

    /// <summary>How often a status is quoted.</summary>
    public static async Task<long> QuotesCountAsync(this Client client, long id) => (await client.StatusAsync(id))["quotes_count"].GetInt64();

    /// <summary>Revokes a quote; the answer as it came.</summary>
    public static Task<Answer> RevokeAsync(this Person person, long quoted, long quote) => person.SendAsync(HttpMethod.Post, $"/api/v1/statuses/{quoted}/quotes/{quote}/revoke");

    /// <summary>Lets nobody, followers or everybody quote a status.</summary>
    public static Task<Answer> SetPolicyAsync(this Person person, long id, string policy) =>
        person.SendAsync(HttpMethod.Put, $"/api/v1/statuses/{id}/interaction_policy", System.Net.Http.Json.JsonContent.Create(new { quote_approval_policy = policy }));
}
