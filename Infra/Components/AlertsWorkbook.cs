using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Microblog.Infra.Components;

/// <summary>
/// The workbook: <c>Alerts/workbook.json</c> says what is on it, in order; queries may hold names in double braces, which stand for the objectives of
/// <see cref="Slo"/> and for ids of resources.
/// </summary>
public static partial class AlertsWorkbook
{
    private const string File = "alerts/workbook.json";
    private const string ResourceType = "microsoft.operationalinsights/workspaces";
    private const string TimeRange = "TimeRange";
    private const int DayMilliseconds = 24 * 60 * 60 * 1000;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    /// <summary>What is on the workbook, as it is in the file.</summary>
    public static IReadOnlyList<Panel> Panels { get; } = Load();

    /// <summary>The names that every stack knows.</summary>
    public static Dictionary<string, string> Words(Context context)
    {
        var objectives = Slo.Of(context.Model);
        var words = new Dictionary<string, string>
        {
            ["stack"] = context.Settings.Stack,
            ["days"] = Slo.PeriodDays.ToString(CultureInfo.InvariantCulture),
            ["objectives"] = string.Join("; ", objectives.Select(slo => slo.Title)),
            ["alerts"] = string.Join(", ", Slo.Windows.Select(window => string.Create(CultureInfo.InvariantCulture, $"{window.Rate:0.#} over {AlertsPeriod.Kusto(window.Minutes)} and {AlertsPeriod.Kusto(window.ShortMinutes)}"))),
            ["costs"] = "https://portal.azure.com/#view/Microsoft_Azure_CostManagement/Menu/~/costanalysis",
            ["status"] = Slo.Status,
            ["home.span"] = Slo.HomeSpan,
            ["broker.writer"] = AlertsBroker.Writer,
            ["drill.event"] = AlertsJobs.DrillEvent,
        };
        foreach (var slo in objectives)
        {
            words[$"{slo.Name}.title"] = slo.Title;
            words[$"{slo.Name}.burn"] = slo.BurnChart($"{{{TimeRange}:grain}}");
            words[$"{slo.Name}.left"] = slo.BudgetLeft();
        }
        return words;
    }

    /// <summary>The workbook as Azure stores it.</summary>
    /// <param name="words">The names, with <c>workspace</c>, <c>primary</c>, <c>replica</c> and <c>cache</c> among them.</param>
    /// <exception cref="InvalidOperationException">The file holds a name that there is not.</exception>
    public static string Render(IReadOnlyDictionary<string, string> words)
    {
        var items = new JsonArray { Time() };
        foreach (var (panel, index) in Panels.Select((panel, index) => (panel, index)))
        {
            items.Add(panel.Query is null ? Text(panel, index, words) : Chart(panel, index, words));
        }
        return new JsonObject
        {
            ["version"] = "Notebook/1.0",
            ["items"] = items,
            ["fallbackResourceIds"] = new JsonArray(words["workspace"]),
            ["$schema"] = "https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json",
        }.ToJsonString();
    }

    /// <summary>Puts in what names stand for.</summary>
    public static string Fill(string text, IReadOnlyDictionary<string, string> words) => Name().Replace(text, match =>
        words.TryGetValue(match.Groups[1].Value, out var word) ? word : throw new InvalidOperationException($"Components/Alerts/workbook.json: nothing is called '{match.Groups[1].Value}'; there are {string.Join(", ", words.Keys.Order(StringComparer.Ordinal))}."));

    private static JsonObject Text(Panel panel, int index, IReadOnlyDictionary<string, string> words) => new()
    {
        ["type"] = 1,
        ["name"] = $"text-{index}",
        ["content"] = new JsonObject { ["json"] = Fill(panel.Heading is { } heading ? $"### {heading}" : string.Join('\n', panel.Text!), words) },
    };

    private static JsonObject Chart(Panel panel, int index, IReadOnlyDictionary<string, string> words)
    {
        var content = new JsonObject
        {
            ["version"] = "KqlItem/1.0",
            ["query"] = Fill(string.Join('\n', panel.Query!), words),
            ["size"] = 0,
            ["title"] = Fill(panel.Title!, words),
            ["queryType"] = 0,
            ["resourceType"] = ResourceType,
            ["crossComponentResources"] = new JsonArray(words["workspace"]),
            ["visualization"] = panel.As,
            ["timeContext"] = new JsonObject { ["durationMs"] = (long)(panel.Days ?? 0) * DayMilliseconds },
        };
        if (panel.Days is null)
        {
            content["timeContextFromParameter"] = TimeRange;
        }
        return new JsonObject { ["type"] = 3, ["name"] = $"chart-{index}", ["customWidth"] = "50", ["content"] = content };
    }

    private static JsonObject Time() => new()
    {
        ["type"] = 9,
        ["name"] = "time",
        ["content"] = new JsonObject
        {
            ["version"] = "KqlParameterItem/1.0",
            ["style"] = "pills",
            ["queryType"] = 0,
            ["resourceType"] = ResourceType,
            ["parameters"] = new JsonArray(new JsonObject
            {
                ["id"] = "7a3cbf0e-37a3-4d11-9d3a-6f5f0a2b6f11",
                ["version"] = "KqlParameterItem/1.0",
                ["name"] = TimeRange,
                ["type"] = 4,
                ["isRequired"] = true,
                ["value"] = new JsonObject { ["durationMs"] = DayMilliseconds / 6 },
                ["typeSettings"] = new JsonObject
                {
                    ["selectableValues"] = new JsonArray([.. new[] { 1.0 / 24, 1.0 / 6, 0.5, 1, 2, 7, 30 }.Select(days => new JsonObject { ["durationMs"] = (long)(days * DayMilliseconds) })]),
                    ["allowCustom"] = true,
                },
            }),
        },
    };

    private static Panel[] Load()
    {
        using var stream = typeof(AlertsWorkbook).Assembly.GetManifestResourceStream(File)!;
        return JsonSerializer.Deserialize<Panel[]>(stream, Format)!;
    }

    [GeneratedRegex(@"\{\{([a-z.]+)\}\}")]
    private static partial Regex Name();
}

/// <summary>Something on the workbook: a heading, a text, or the result of a query.</summary>
/// <param name="Heading">A heading.</param>
/// <param name="Text">Lines of Markdown.</param>
/// <param name="Title">Title of a result.</param>
/// <param name="As">How the result is shown.</param>
/// <param name="Days">Days that the query sees; null for what is chosen at the top.</param>
/// <param name="Query">Lines of Kusto.</param>
public sealed record Panel(string? Heading = null, IReadOnlyList<string>? Text = null, string? Title = null, string? As = null, int? Days = null, IReadOnlyList<string>? Query = null);
