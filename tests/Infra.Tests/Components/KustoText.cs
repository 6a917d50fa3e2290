using System.Text.RegularExpressions;

namespace Microblog.Infra.Tests.Components;

/// <summary>
/// A look at a query as text, for want of a parser: brackets and quotes are closed, it reads a table that is known, and every name in it is a column of a table it
/// reads, something that it defines, or a word of the language that our queries use.
/// </summary>
internal static partial class KustoText
{
    /// <summary>Columns of the tables (https://learn.microsoft.com/azure/azure-monitor/reference/tables-index), as far as queries may use them.</summary>
    private static readonly Dictionary<string, string[]> Tables = new()
    {
        ["AppRequests"] = ["TimeGenerated", "Name", "DurationMs", "ItemCount", "ResultCode", "Success", "Properties", "Measurements", "AppRoleName", "AppRoleInstance", "OperationName", "Url"],
        ["AppMetrics"] = ["TimeGenerated", "Name", "Sum", "Min", "Max", "ItemCount", "Properties", "AppRoleName", "AppRoleInstance"],
        ["AppTraces"] = ["TimeGenerated", "Message", "SeverityLevel", "ItemCount", "Properties", "AppRoleName", "AppRoleInstance"],
        ["AzureMetrics"] = ["TimeGenerated", "ResourceId", "Resource", "ResourceProvider", "MetricName", "Average", "Maximum", "Minimum", "Total", "Count"],
        ["ContainerAppConsoleLogs"] = ["TimeGenerated", "ContainerAppName", "ContainerGroupName", "ContainerName", "JobName", "Log", "RevisionName", "Stream"],
        ["ContainerAppSystemLogs"] = ["TimeGenerated", "ContainerAppName", "JobName", "Log", "Reason", "ReplicaName", "RevisionName", "Type"],
        ["Syslog"] = ["TimeGenerated", "Computer", "Facility", "ProcessName", "SeverityLevel", "SyslogMessage"],
        ["Usage"] = ["TimeGenerated", "DataType", "IsBillable", "Quantity"],
        ["_LogOperation"] = ["TimeGenerated", "Category", "Detail", "Operation"],
    };

    private static readonly HashSet<string> Words =
    [
        .. "let where extend summarize project by and or not in has startswith matches regex range from to step between order asc desc top take count typeof string mvexpand expand mv".Split(' '),
        .. "ago now bin toint tolong tostring toscalar coalesce parse_json sum sumif max min dcount arg_max take_any make_set percentile countif round strcat array_length bag_keys bag_pack isnotnull".Split(' '),
        .. "datetime_part hourofday monthofyear dayofmonth dayofweek startofday".Split(' '),
    ];

    /// <summary>Fails with what is wrong.</summary>
    public static void Check(string query)
    {
        var bare = Strings().Replace(query, "\"\"");
        Closed(query, bare);
        var read = Tables.Where(table => Regex.IsMatch(bare, $@"(^|\n|;|\()\s*{table.Key}\b")).ToList();
        Assert.True(read.Count > 0, $"reads no table that is known:\n{query}");
        var names = read.SelectMany(table => table.Value.Append(table.Key)).Concat(Words).Concat(Defined().Matches(bare).Select(match => match.Groups[1].Value)).ToHashSet();
        var unknown = Identifier().Matches(bare).Select(match => match.Value).Where(name => !names.Contains(name)).Distinct().ToList();
        Assert.True(unknown.Count == 0, $"{string.Join(", ", unknown)} are not known in:\n{query}");
    }

    private static void Closed(string query, string bare)
    {
        Assert.True(!bare.Replace("\"\"", "", StringComparison.Ordinal).Contains('"', StringComparison.Ordinal), $"a text is not closed in:\n{query}");
        var open = new Stack<char>();
        foreach (var character in bare)
        {
            if (character is '(' or '[' or '{')
            {
                open.Push(character switch { '(' => ')', '[' => ']', _ => '}' });
            }
            else if (character is ')' or ']' or '}')
            {
                Assert.True(open.TryPop(out var expected) && expected == character, $"'{character}' closes nothing in:\n{query}");
            }
        }
        Assert.True(open.Count == 0, $"'{string.Join("", open)}' is not closed in:\n{query}");
    }

    [GeneratedRegex("\"[^\"\n]*\"")]
    private static partial Regex Strings();

    /// <summary>Names on the left of an equals sign, and the variable of a range.</summary>
    [GeneratedRegex(@"\b(?:range\s+)?([A-Za-z_]\w*)(?:\s*=(?![=~])|\s+from\b)")]
    private static partial Regex Defined();

    /// <summary>Names, but not what follows a dot (a member of JSON) or a number (its unit).</summary>
    [GeneratedRegex(@"(?<![\w.$])[A-Za-z_]\w*")]
    private static partial Regex Identifier();
}
