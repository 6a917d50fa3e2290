using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microblog.TestSupport;

/// <summary>An answer of the API, read whole.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The JSON body; undefined when it is none.</param>
/// <param name="Text">The body as it came.</param>
/// <param name="Response">The response, for its headers.</param>
public sealed partial record Answer(HttpStatusCode Status, JsonElement Body, string Text, HttpResponseMessage Response)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(int)Status} {Text}";

    /// <summary>The member <c>error</c> of the body; null when there is none.</summary>
    public string? Error => this["error"].ValueKind is JsonValueKind.String ? this["error"].GetString() : null;

    /// <summary>The id of the entity.</summary>
    public long Id => IdOf(Body);

    /// <summary>The ids of the list, in its order.</summary>
    public List<long> Ids => [.. Body.EnumerateArray().Select(IdOf)];

    /// <summary>Targets of the <c>Link</c> header by relation, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, Uri>> Links =>
        [.. LinkPattern().Matches(Header("Link") ?? "").Select(match => KeyValuePair.Create(match.Groups[2].Value, new Uri(match.Groups[1].Value)))];

    /// <summary>A member of the body, undefined when it has none such.</summary>
    public JsonElement this[string name] => Body.ValueKind is JsonValueKind.Object && Body.TryGetProperty(name, out var value) ? value : default;

    /// <summary>A header's value, wherever .NET keeps it.</summary>
    public string? Header(string name) =>
        Response.Headers.TryGetValues(name, out var values) || Response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    /// <summary>Target of the link with this relation; null when there is none.</summary>
    public Uri? Link(string relation) => Links.FirstOrDefault(link => link.Key == relation).Value;

    /// <summary>The answer itself, when it is 200.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public Answer Ok() => Status is HttpStatusCode.OK
        ? this
        : throw new InvalidOperationException($"{Response.RequestMessage?.Method} {Response.RequestMessage?.RequestUri?.PathAndQuery} answered {(int)Status}: {Text}");

    /// <summary>Reads a response.</summary>
    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
        return new Answer(response.StatusCode, isJson && text.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(text) : default, text, response);
    }

    /// <summary>The id of an entity; it has to be a string.</summary>
    public static long IdOf(JsonElement entity) => long.Parse(entity.GetProperty("id").GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("<([^>]+)>; rel=\"([a-z]+)\"")]
    private static partial Regex LinkPattern();
}
