using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Microblog.ApiService.OpenApi;

/// <summary>JSON Schema of parameters.</summary>
internal static class ParameterSchemas
{
    /// <summary>Any value a description gives, as JSON.</summary>
    public static JsonNode? ToJson(object? value) => value is null ? null : JsonSerializer.SerializeToNode(value);

    /// <summary>The example of a parameter: its own, or the first of its values. Of a list one item is enough.</summary>
    public static JsonNode? Example(this ParameterDescription parameter)
    {
        var example = ToJson(parameter.Example ?? parameter.OneOf.FirstOrDefault() ?? parameter.ByDefault);
        return IsList(parameter.Kind) && example is not null and not JsonArray ? new JsonArray(example) : example;
    }

    /// <summary>True for lists.</summary>
    public static bool IsList(ParameterKind kind) => kind is ParameterKind.Texts or ParameterKind.Ids or ParameterKind.Numbers or ParameterKind.Objects;

    /// <summary>The schema of a parameter's value.</summary>
    public static OpenApiSchema Schema(this ParameterDescription parameter)
    {
        var schema = Of(parameter.Kind);
        var values = schema.Items as OpenApiSchema ?? schema;
        if (parameter.OneOf.Length > 0)
        {
            values.Enum = [.. parameter.OneOf.Select(value => (JsonNode)value)];
        }
        schema.Default = ToJson(parameter.ByDefault);
        switch (parameter.Kind)
        {
            case ParameterKind.Number:
                (schema.Minimum, schema.Maximum) = (parameter.Min?.ToString(CultureInfo.InvariantCulture), parameter.Max?.ToString(CultureInfo.InvariantCulture));
                break;
            case ParameterKind.Texts or ParameterKind.Ids or ParameterKind.Numbers or ParameterKind.Objects:
                (schema.MinItems, schema.MaxItems) = ((int?)parameter.Min, (int?)parameter.Max);
                break;
            default:
                (schema.MinLength, schema.MaxLength) = ((int?)parameter.Min, (int?)parameter.Max);
                break;
        }
        return schema;
    }

    private static OpenApiSchema Of(ParameterKind kind) => kind switch
    {
        ParameterKind.Id => new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9]+$" },
        ParameterKind.Number => new OpenApiSchema { Type = JsonSchemaType.Integer },
        ParameterKind.Flag => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        ParameterKind.Time => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
        ParameterKind.File => new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
        ParameterKind.Texts => new OpenApiSchema { Type = JsonSchemaType.Array, Items = Of(ParameterKind.Text) },
        ParameterKind.Ids => new OpenApiSchema { Type = JsonSchemaType.Array, Items = Of(ParameterKind.Id) },
        ParameterKind.Numbers => new OpenApiSchema { Type = JsonSchemaType.Array, Items = Of(ParameterKind.Number) },
        ParameterKind.Objects => new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.Object } },
        _ => new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
