using System.Globalization;
using System.Net.Mime;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Microblog.ApiService.OpenApi;

/// <summary>Writes what routes say about themselves into the document, and what follows from where they are.</summary>
internal sealed partial class OperationWriter : IOpenApiOperationTransformer
{
    /// <summary>Name of the security scheme.</summary>
    public const string Scheme = "oauth2";

    private const string ErrorSchema = "Error";

    /// <summary>What every handler takes that has a parameter of type <see cref="Idempotency"/>.</summary>
    private static readonly ParameterDescription RepeatKey = new(
        "Idempotency-Key", ParameterPlace.Header, "Any text. The same request with the same key changes nothing and is answered as the first was; another request with it is refused with 422.", ParameterKind.Text,
        Required: false, null, Idempotency.MaxKey, null, [], "5f2c1e9a");

    /// <summary>Errors that mean the same everywhere.</summary>
    private static readonly Dictionary<int, (string Text, string Example)> Common = new()
    {
        [400] = ("The request cannot be read: its JSON or form is not valid.", "The request body is not valid JSON (line 1, byte 9)"),
        [401] = ("There is no token, or it is not valid any more.", "The access token is invalid"),
        [403] = ("The token lacks the scope, or the action is not allowed.", "This action is outside the authorized scopes"),
        [404] = ("There is no such thing, or the caller may not see it.", "Record not found"),
        [409] = ("Somebody else changed it at the same time.", "Conflict during update, please try again"),
        [422] = ("A field is missing or wrong, or the token belongs to no account. `details` names the fields.", "Validation failed: Text can't be blank"),
        [429] = ("Too many requests; `Retry-After` and `X-RateLimit-Reset` tell when to go on.", "Too many requests"),
        [503] = ("Temporarily unavailable; try again after `Retry-After` seconds.", "The service is temporarily unavailable, please try again"),
    };

    /// <inheritdoc/>
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.Description.ActionDescriptor.EndpointMetadata;
        // As in the document: without constraints on its parts.
        var path = InPath().Replace("/" + context.Description.RelativePath?.TrimEnd('/'), "{$1}");
        var method = context.Description.HttpMethod ?? "GET";
        operation.OperationId = string.Join('_', Word().Matches($"{method.ToLowerInvariant()} {path}").Select(word => word.Value));
        operation.Tags = new HashSet<OpenApiTagReference> { new(Tag(path), context.Document) };
        if (endpoint.OfType<OperationDescription>().LastOrDefault() is not { } described)
        {
            return;
        }
        operation.Summary = described.Summary;
        operation.Description = described.Text;
        var parameters = WithPath(described, path).ToList();
        if (endpoint.OfType<MethodInfo>().Any(handler => handler.GetParameters().Any(parameter => parameter.ParameterType == typeof(Idempotency))))
        {
            parameters.Add(RepeatKey);
        }
        operation.Parameters = [.. parameters.Where(parameter => parameter.Place is not ParameterPlace.Body).Select(Parameter)];
        var body = parameters.Where(parameter => parameter.Place is ParameterPlace.Body).ToList();
        operation.RequestBody = body.Count > 0 ? Body(body) : null;

        var scopes = endpoint.OfType<AuthorizationPolicy>().SelectMany(policy => policy.Requirements).OfType<AccessTokenAuthentication.ScopeRequirement>().ToList();
        operation.Security = [.. scopes.SelectMany(Alternatives).Select(scope => Requirement(context.Document!, scope))];
        var needsToken = scopes.Exists(scope => scope.OfAccount is not null);
        if (!needsToken)
        {
            // The empty one says that it works without.
            operation.Security = [new OpenApiSecurityRequirement(), .. scopes.Count == 0 ? [Requirement(context.Document!)] : operation.Security];
        }
        await AddErrorSchemaAsync(context, cancellationToken);
        AddResponses(operation, described, context.Document!, takesToken: scopes.Count > 0, needsToken, hasPath: path.Contains('{', StringComparison.Ordinal), hasBody: body.Count > 0);
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        operation.Extensions["x-codeSamples"] = new JsonNodeExtension(new JsonArray(new JsonObject { ["lang"] = "Shell", ["source"] = ExampleCall.Of(method, path, parameters, needsToken) }));
    }

    /// <summary>The first noun of the path, which is also the folder of the code.</summary>
    private static string Tag(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["api", _, var noun, ..] => noun.Replace('_', ' '),
        ["oauth", ..] => "OAuth",
        _ => "server",
    };

    /// <summary>The parameters with the path's ids, which describe themselves: an id below <c>/statuses</c> is that of a status.</summary>
    private static IEnumerable<ParameterDescription> WithPath(OperationDescription described, string path)
    {
        var noun = path.Split('/', StringSplitOptions.RemoveEmptyEntries).TakeWhile(segment => segment[0] != '{').LastOrDefault() ?? "item";
        var one = (noun.EndsWith("uses", StringComparison.Ordinal) ? noun[..^2] : noun.TrimEnd('s')).Replace('_', ' ');
        return InPath().Matches(path).Select(match => match.Groups[1].Value)
            .Where(name => described.Parameters.All(parameter => parameter.Place is not ParameterPlace.Path || parameter.Name != name))
            .Select(name => new ParameterDescription(name, ParameterPlace.Path, $"Id of the {one}.", ParameterKind.Id, Required: true, null, null, null, [], "115548829612032000"))
            .Concat(described.Parameters);
    }

    private static OpenApiParameter Parameter(ParameterDescription parameter) => new()
    {
        Name = parameter.Place is ParameterPlace.Query && ParameterSchemas.IsList(parameter.Kind) ? parameter.Name + "[]" : parameter.Name,
        In = parameter.Place switch { ParameterPlace.Path => ParameterLocation.Path, ParameterPlace.Header => ParameterLocation.Header, _ => ParameterLocation.Query },
        Description = parameter.Description,
        Required = parameter.Required,
        Schema = parameter.Schema(),
        Example = parameter.Example(),
    };

    private static OpenApiRequestBody Body(List<ParameterDescription> fields)
    {
        var schema = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema>(), Required = fields.Where(field => field.Required).Select(field => field.Name).ToHashSet() };
        var example = new JsonObject();
        foreach (var field in fields)
        {
            var property = field.Schema();
            property.Description = field.Description;
            if (field.Example() is { } value)
            {
                property.Examples = [value];
                if (field.Kind is not ParameterKind.File)
                {
                    example[field.Name] = value.DeepClone();
                }
            }
            schema.Properties[field.Name] = property;
        }
        string[] types = fields.Any(field => field.Kind is ParameterKind.File)
            ? [MediaTypeNames.Multipart.FormData]
            : [MediaTypeNames.Application.Json, MediaTypeNames.Application.FormUrlEncoded, MediaTypeNames.Multipart.FormData];
        return new OpenApiRequestBody
        {
            Required = schema.Required.Count > 0,
            Content = types.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = schema, Example = example.DeepClone() }),
        };
    }

    /// <summary><c>read:me</c> is our word for what two scopes grant.</summary>
    private static string[] Alternatives(AccessTokenAuthentication.ScopeRequirement requirement) => requirement.Scope is "read:me" ? ["profile", "read:accounts"] : [requirement.Scope];

    private static OpenApiSecurityRequirement Requirement(OpenApiDocument document, params string[] scopes) =>
        new() { [new OpenApiSecuritySchemeReference(Scheme, document)] = [.. scopes] };

    private static async Task AddErrorSchemaAsync(OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Document!.Components?.Schemas?.ContainsKey(ErrorSchema) is not true)
        {
            context.Document.AddComponent<IOpenApiSchema>(ErrorSchema, await context.GetOrCreateSchemaAsync(typeof(ErrorBody), cancellationToken: cancellationToken));
        }
    }

    private static void AddResponses(OpenApiOperation operation, OperationDescription described, OpenApiDocument document, bool takesToken, bool needsToken, bool hasPath, bool hasBody)
    {
        operation.Responses ??= [];
        foreach (var response in operation.Responses.Values.OfType<OpenApiResponse>())
        {
            response.Description = described.Answer ?? "Done.";
            response.Headers ??= new Dictionary<string, IOpenApiHeader>();
            foreach (var header in ApiDocument.Headers.Keys.Where(header => header is not "Link" || described.IsPaged))
            {
                response.Headers[header] = new OpenApiHeaderReference(header, document);
            }
        }
        int[] errors = [.. takesToken ? [401, 403] : Array.Empty<int>(), .. needsToken ? [422] : Array.Empty<int>(), .. hasPath ? [404] : Array.Empty<int>(), .. hasBody ? [400, 422] : Array.Empty<int>(), 429, 503];
        foreach (var status in errors.Concat(described.Errors.Keys).Distinct().Order())
        {
            var (text, example) = Common.TryGetValue(status, out var common) ? common : ("Refused.", "Something is wrong with the request");
            operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = described.Errors.TryGetValue(status, out var own) ? own : text,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [MediaTypeNames.Application.Json] = new() { Schema = new OpenApiSchemaReference(ErrorSchema, document), Example = new JsonObject { ["error"] = example } },
                },
            };
        }
    }

    [GeneratedRegex("[A-Za-z0-9]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\{\*{0,2}([A-Za-z_]+)[^}]*\}")]
    private static partial Regex InPath();
}
