using System.Text.Json.Nodes;
using Microblog.Infra.Components;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

public sealed class AlertsWorkbookTests
{
    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Every_stack_has_a_workbook_whose_names_are_all_filled_in(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var workbook = run.One("applicationinsights:Workbook");
        var data = workbook.Text("serializedData");

        Assert.True(Guid.TryParse(workbook.Text("resourceName"), out _));
        Assert.DoesNotContain("{{", data);
        Assert.Contains($"stack {stack}", data);
        Assert.Contains(Azure.IdOf(run.One("operationalinsights:Workspace").Type, "workspace", run.One("operationalinsights:Workspace").Inputs), data);
        var primary = run.One("dbforpostgresql:Server", "database-primary");
        Assert.Contains(Azure.IdOf(primary.Type, primary.Name, primary.Inputs), data);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Its_queries_ask_only_for_columns_that_the_tables_have(string stack)
    {
        var queries = Queries(await StackRun.OfAsync(stack));

        Assert.True(queries.Count > 15);
        Assert.All(queries, query => KustoText.Check(query.Replace("{TimeRange:grain}", "5m", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task It_shows_the_objectives_that_the_alerts_watch()
    {
        var queries = Queries(await StackRun.OfAsync("prod"));
        var rule = (await StackRun.OfAsync("prod")).One("monitor:ScheduledQueryRule", "alert-slo-home-fast").Text("criteria.allOf.0.query");

        foreach (var part in new[] { Slo.HomeSpan, Slo.Status, "DurationMs >= 156", "/ 0.001" })
        {
            Assert.Contains(part, rule);
            Assert.Contains(queries, query => query.Contains(part, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void It_has_everything_that_is_asked_first_in_trouble()
    {
        var titles = string.Join('\n', AlertsWorkbook.Panels.Select(panel => panel.Title ?? panel.Heading ?? string.Join(' ', panel.Text!)));

        foreach (var subject in new[] { "Requests", "time in the service", "fail", "burn rate", "Outbox", "lag", "Replicas", "Database", "Cache", "costs", "drills" })
        {
            Assert.Contains(subject, titles, StringComparison.OrdinalIgnoreCase);
        }
        Assert.All(AlertsWorkbook.Panels, panel => Assert.Single(new object?[] { panel.Heading, panel.Text, panel.Query }, part => part is not null));
        Assert.All(AlertsWorkbook.Panels.Where(panel => panel.Query is not null), panel => Assert.Contains(panel.As, (string[])["timechart", "table", "tiles", "barchart"]));
    }

    [Fact]
    public void A_name_that_there_is_not_is_refused()
    {
        var problem = Assert.Throws<InvalidOperationException>(() => AlertsWorkbook.Fill("{{home.bran}}", new Dictionary<string, string> { ["home.burn"] = "x" }));

        Assert.Equal("Components/Alerts/workbook.json: nothing is called 'home.bran'; there are home.burn.", problem.Message);
    }

    private static List<string> Queries(StackRun run) =>
        [.. JsonNode.Parse(run.One("applicationinsights:Workbook").Text("serializedData"))!["items"]!.AsArray().Where(item => item!["type"]!.GetValue<int>() == 3).Select(item => item!["content"]!["query"]!.GetValue<string>())];
}
