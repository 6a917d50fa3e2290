using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Microblog.ApiService.OpenApi;

/// <summary>A call of an operation with curl, made of the examples of its parameters: those that it needs, else the first of its body, so that it can be run once the ids are put in.</summary>
internal static class ExampleCall
{
    /// <summary>The command.</summary>
    public static string Of(string method, string path, IReadOnlyList<ParameterDescription> parameters, bool needsToken)
    {
        var query = new List<string>();
        var options = new StringBuilder(needsToken ? """ -H "Authorization: Bearer $TOKEN" """.TrimEnd() : "");
        var fields = parameters.Where(parameter => parameter.Place is ParameterPlace.Body && parameter.Kind is not ParameterKind.Objects).ToList();
        var shown = fields.Exists(field => field.Required) ? fields.Where(field => field.Required) : fields.Take(1);
        foreach (var parameter in parameters.Where(parameter => parameter.Place is not ParameterPlace.Body && (parameter.Required || parameter.Name is "limit")).Concat(shown))
        {
            foreach (var value in Values(parameter.Example()))
            {
                switch (parameter.Place)
                {
                    case ParameterPlace.Path:
                        path = path.Replace($"{{{parameter.Name}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
                        break;
                    case ParameterPlace.Query:
                        query.Add($"{parameter.Name}{(ParameterSchemas.IsList(parameter.Kind) ? "[]" : "")}={Uri.EscapeDataString(value)}");
                        break;
                    case ParameterPlace.Header:
                        options.Append(CultureInfo.InvariantCulture, $" -H '{parameter.Name}: {value}'");
                        break;
                    case ParameterPlace.Body:
                        var name = parameter.Name + (ParameterSchemas.IsList(parameter.Kind) ? "[]" : "");
                        options.Append(parameter.Kind is ParameterKind.File ? $" -F '{name}=@{value}'" : $" --data-urlencode '{name}={value.Replace("'", "'\\''", StringComparison.Ordinal)}'");
                        break;
                }
            }
        }
        var verb = method is "GET" ? "" : $" -X {method}";
        return $"curl{verb} \"$API{path}{(query.Count > 0 ? "?" + string.Join('&', query) : "")}\"{options}";
    }

    private static IEnumerable<string> Values(JsonNode? example) => example switch
    {
        null => [],
        JsonArray list => list.Select(item => item?.ToString() ?? ""),
        _ => [example.ToString()],
    };
}
