using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microblog.ApiService.OpenApi;
using Microblog.TestSupport;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Microblog.ApiService.Tests.OpenApi;

public sealed partial class ApiDescriptionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly string[] ForOperators = ["/health", "/alive", "/manage"];

    /// <summary>How to mend what this lists: see <see cref="Description"/>.</summary>
    [Fact]
    public void Every_route_for_clients_is_described_in_full()
    {
        var faults = fixture.Api.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true })
            .Where(endpoint => !ForOperators.Any(path => endpoint.RoutePattern.RawText!.StartsWith(path, StringComparison.Ordinal)))
            .SelectMany(endpoint => Faults(endpoint).Select(fault => $"{string.Join(',', endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])} {endpoint.RoutePattern.RawText}: {fault}"))
            .Order(StringComparer.Ordinal).ToList();

        Assert.True(faults.Count == 0, $"{faults.Count} faults:\n{string.Join('\n', faults)}");
    }

    [Fact]
    public async Task The_document_is_sound()
    {
        var document = (await fixture.Nobody.GetAsync("/openapi/v1.json")).Ok().Body;
        var operations = Operations(document).ToList();

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString());
        Assert.True(operations.Count > 20);
        Assert.Empty(operations.GroupBy(operation => operation.Body.GetProperty("operationId").GetString()).Where(same => same.Count() > 1).Select(same => same.Key));
        Assert.DoesNotContain(References(document), reference => Resolve(document, reference) is null);
        var scopes = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("oauth2").GetProperty("flows").GetProperty("authorizationCode").GetProperty("scopes").EnumerateObject().Select(scope => scope.Name).ToHashSet();
        foreach (var (name, body) in operations)
        {
            Assert.True(body.GetProperty("responses").TryGetProperty("200", out var answer) && answer.GetProperty("content").EnumerateObject().All(content => content.Value.TryGetProperty("schema", out _)), $"{name} has no schema of its answer");
            Assert.Subset(scopes, body.GetProperty("security").EnumerateArray().SelectMany(need => need.EnumerateObject()).SelectMany(need => need.Value.EnumerateArray()).Select(scope => scope.GetString()!).ToHashSet());
            var inPath = InPath().Matches(name).Select(match => match.Groups[1].Value).Order();
            Assert.Equal(inPath, Parameters(body).Where(parameter => parameter.GetProperty("in").GetString() == "path").Select(parameter => parameter.GetProperty("name").GetString()!).Order());
        }
    }

    [Fact]
    public async Task An_operation_says_everything_a_client_must_know()
    {
        var document = (await fixture.Nobody.GetAsync("/openapi/v1.json")).Ok().Body;
        var post = document.GetProperty("paths").GetProperty("/api/v1/statuses").GetProperty("post");
        var home = document.GetProperty("paths").GetProperty("/api/v1/timelines/home").GetProperty("get");
        var status = post.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("properties").GetProperty("status");

        Assert.Equal("Post a status", post.GetProperty("summary").GetString());
        Assert.Equal(256, status.GetProperty("maxLength").GetInt32());
        Assert.Equal(["application/json", "application/x-www-form-urlencoded", "multipart/form-data"], post.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(content => content.Name));
        Assert.Equal("[{\"oauth2\":[\"write:statuses\"]}]", Regex.Replace(post.GetProperty("security").GetRawText(), @"\s", ""));
        Assert.Equal(["200", "400", "401", "403", "404", "422", "429", "503"], post.GetProperty("responses").EnumerateObject().Select(response => response.Name).Order());
        Assert.Contains("curl -X POST \"$API/api/v1/statuses\" -H \"Authorization: Bearer $TOKEN\" --data-urlencode 'status=Hello", post.GetProperty("x-codeSamples")[0].GetProperty("source").GetString());
        Assert.Equal(["limit", "max_id", "since_id", "min_id"], Parameters(home).Select(parameter => parameter.GetProperty("name").GetString()!));
        Assert.True(home.GetProperty("responses").GetProperty("200").GetProperty("headers").TryGetProperty("Link", out _));
        var token = document.GetProperty("components").GetProperty("schemas").GetProperty("Token").GetProperty("properties");
        Assert.Equal(("Always `Bearer`.", "integer"), (token.GetProperty("token_type").GetProperty("description").GetString(), token.GetProperty("created_at").GetProperty("type").GetString()));
        var entity = document.GetProperty("components").GetProperty("schemas").GetProperty("Status").GetProperty("properties");
        Assert.Equal(("string", "date-time"), (entity.GetProperty("created_at").GetProperty("type").GetString(), entity.GetProperty("created_at").GetProperty("format").GetString()));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/docs")]
    public async Task Pages_load_nothing_from_elsewhere_and_what_they_load_is_there(string path)
    {
        var page = await fixture.Nobody.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, "text/html; charset=utf-8"), (page.Status, page.Header("Content-Type")));
        Assert.StartsWith("default-src 'self';", page.Header("Content-Security-Policy"));
        Assert.DoesNotContain("://", page.Text);
        Assert.DoesNotContain("style=", page.Text);
        var parts = Loaded().Matches(page.Text).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(parts);
        foreach (var part in parts)
        {
            Assert.Equal(HttpStatusCode.OK, (await fixture.Nobody.GetAsync(part)).Status);
        }
    }

    private static IEnumerable<string> Faults(RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<OperationDescription>() is not { } described)
        {
            yield return "has no Describe(…)";
            yield break;
        }
        if (described.Summary.Length == 0 || described.Text.Length == 0)
        {
            yield return "has no summary or description";
        }
        if (endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is null && !described.IsOpen)
        {
            yield return "says neither RequireScope nor Open";
        }
        if (described.Answer is null)
        {
            yield return "does not say what it Returns";
        }
        if (!endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Any(answer => answer.StatusCode is 200 && answer.Type is not null))
        {
            yield return "has no type of its answer: return Ok<T> or say Produces<T>()";
        }
        foreach (var part in endpoint.RoutePattern.Parameters)
        {
            var isId = endpoint.RoutePattern.ParameterPolicies.TryGetValue(part.Name, out var policies) && policies.Any(policy => policy.Content is "long");
            if (!isId && !described.Parameters.Any(parameter => parameter.Place is ParameterPlace.Path && parameter.Name == part.Name))
            {
                yield return $"does not describe {{{part.Name}}} of its path";
            }
        }
        foreach (var parameter in described.Parameters)
        {
            if (parameter.Description.Length == 0)
            {
                yield return $"does not describe {parameter.Name}";
            }
            if (parameter.Example is null && parameter.OneOf.Length == 0 && parameter.ByDefault is null)
            {
                yield return $"has no example of {parameter.Name}";
            }
        }
    }

    private static IEnumerable<(string Name, JsonElement Body)> Operations(JsonElement document) =>
        document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => ($"{operation.Name} {path.Name}", operation.Value)));

    private static IEnumerable<JsonElement> Parameters(JsonElement operation) => operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : [];

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member is { Name: "$ref", Value.ValueKind: JsonValueKind.String } ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static JsonElement? Resolve(JsonElement document, string reference)
    {
        JsonElement? found = reference.StartsWith("#/", StringComparison.Ordinal) ? document : null;
        foreach (var name in reference.Split('/').Skip(1))
        {
            found = found is { ValueKind: JsonValueKind.Object } part && part.TryGetProperty(name, out var next) ? next : null;
        }
        return found;
    }

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex InPath();

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Loaded();
}
