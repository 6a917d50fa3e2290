using System.Reflection;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Microblog.ApiService.OpenApi;

/// <summary>The API's description as a whole: made from the routes, their metadata and the documented records, once per process.</summary>
public sealed class ApiDocument([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider provider)
{
    internal const string Name = "v1";

    private const string About =
        """
        The client API of Mastodon, as far as this server offers it, so that Mastodon's clients work here.

        * **Ids** are strings of digits, ordered by time.
        * **Fields** are taken as JSON, form or multipart; `id[]=1&id[]=2` is a list, `source[privacy]=` is nested.
        * **Lists** come newest first; `Link` has the next (older) and previous (newer) page. A page is full when there is more.
        * **Errors** are JSON with the member `error`. What does not exist and what the caller may not see are both 404.
        * **Limits** are counted by account, token and address; every answer tells what is left.
        * **Repeats**: a POST with an `Idempotency-Key` may be sent again without doing its work twice.
        """;

    /// <summary>Headers of successful answers.</summary>
    internal static readonly Dictionary<string, string> Headers = new()
    {
        ["Link"] = "Addresses of the next (older) and previous (newer) page.",
        ["X-RateLimit-Limit"] = "Requests allowed in the window of the tightest limit.",
        ["X-RateLimit-Remaining"] = "Requests left in that window.",
        ["X-RateLimit-Reset"] = "When that window ends, ISO 8601.",
        ["X-Request-Id"] = "Names the request in the server's logs.",
    };

    private Task<byte[]>? _json;

    /// <summary>The document as OpenAPI 3.1.</summary>
    public Task<byte[]> JsonAsync() => _json is { IsFaulted: false } made ? made : _json = WriteAsync();

    /// <summary>Registers the description.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.CreateSchemaReferenceId = type => OpenApiOptions.CreateDefaultSchemaReferenceId(type)?.Replace("Entity", "", StringComparison.Ordinal);
            options.AddSchemaTransformer<SchemaWriter>();
            options.AddOperationTransformer<OperationWriter>();
            options.AddDocumentTransformer((document, _, _) =>
            {
                Complete(document);
                return Task.CompletedTask;
            });
        });
        services.AddSingleton<ApiDocument>();
    }

    private static void Complete(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "Microblog", Version = typeof(ApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0", Description = About };
        // Relative, so that the document is the same wherever it is fetched from.
        document.Servers = [new OpenApiServer { Url = "/" }];
        foreach (var (name, text) in Headers)
        {
            document.AddComponent<IOpenApiHeader>(name, new OpenApiHeader { Description = text, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }
        var scopes = document.Paths.Values.SelectMany(path => path.Operations!.Values).SelectMany(operation => operation.Security ?? [])
            .SelectMany(requirement => requirement.Values).SelectMany(names => names).Distinct().Order(StringComparer.Ordinal)
            .ToDictionary(scope => scope, scope => $"Allows {scope.Replace(":", " of ", StringComparison.Ordinal)}");
        document.AddComponent<IOpenApiSecurityScheme>(OperationWriter.Scheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.OAuth2,
            Description = "Register an application with `POST /api/v1/apps`, then take one of the flows.",
            Flows = new OpenApiOAuthFlows
            {
                AuthorizationCode = new OpenApiOAuthFlow { AuthorizationUrl = new Uri("/oauth/authorize", UriKind.Relative), TokenUrl = new Uri("/oauth/token", UriKind.Relative), Scopes = scopes },
                ClientCredentials = new OpenApiOAuthFlow { TokenUrl = new Uri("/oauth/token", UriKind.Relative), Scopes = scopes },
            },
        });
    }

    private async Task<byte[]> WriteAsync()
    {
        var document = await provider.GetOpenApiDocumentAsync();
        using var stream = new MemoryStream();
        await document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1);
        return stream.ToArray();
    }
}
