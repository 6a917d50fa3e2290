using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Microblog.ApiService.OpenApi;

/// <summary>A call of an operation with curl, made of the examples of its parameters.</summary>
internal static class ExampleCall
{
    /// <summary>The command.</summary>
    public static string Of(string method, string path, IReadOnlyList<ParameterDescription> parameters, bool needsToken)
    {
        var query = new List<string>();
        var options = new StringBuilder(needsToken ? """ -H "Authorization: Bearer $TOKEN" """.TrimEnd() : "");
        foreach (var parameter in parameters)
        {
            foreach (var value in Values(parameter.Example()))
            {
                switch (parameter.Place)
                {
                    case ParameterPlace.Path:
                        path = path.Replace($"{{{parameter.Name}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
                        break;
                    // One cursor is enough of an example.
                    case ParameterPlace.Query when parameter.Name is not ("since_id" or "min_id"):
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
