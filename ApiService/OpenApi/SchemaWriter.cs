using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Microblog.ApiService.OpenApi;

/// <summary>Says of numbers and times what is written; the framework says what could be read.</summary>
internal sealed class SchemaWriter : IOpenApiSchemaTransformer
{
    /// <inheritdoc/>
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (schema.Type is { } type && type.HasFlag(JsonSchemaType.String) && (type.HasFlag(JsonSchemaType.Integer) || type.HasFlag(JsonSchemaType.Number)))
        {
            (schema.Type, schema.Pattern) = (type & ~JsonSchemaType.String, null);
        }
        var clr = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(clr) ?? clr) == typeof(DateTime))
        {
            schema.Format = "date-time";
            schema.Type = Nullable.GetUnderlyingType(clr) is null ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
        }
        return Task.CompletedTask;
    }
}
