using System.Text.Json;
using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;
using Microblog.Infra.Components;
using Microblog.Infra.Tests.Capacity;

namespace Microblog.Infra.Tests.Components;

/// <summary>
/// The rules against <c>metrics.json</c>: what Azure says of each metric, from the lists of supported metrics that <see cref="MetricTable.Source"/> names. A name that
/// Azure does not know is refused only when it is deployed, and one with another meaning never.
/// </summary>
public sealed class AlertsMetricTests
{
    private static readonly Dictionary<string, Dictionary<string, Metric>> Known =
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, Metric>>>(Given.Text("tests/Infra.Tests/Components/metrics.json"), JsonSerializerOptions.Web)!;

    private static readonly MetricTable[] Tables = [.. AllTables()];

    [Fact]
    public void Every_metric_is_one_that_azure_measures_of_that_type()
    {
        Assert.All(Tables, table => Assert.All(table.Rules, rule => Assert.True(Known[table.Type].ContainsKey(rule.Metric), $"{table.Type} has no metric {rule.Metric}, see {table.Source}")));
    }

    [Fact]
    public void Every_metric_that_is_described_is_looked_at() => Assert.Equal(
        Known.SelectMany(type => type.Value.Keys.Select(metric => $"{type.Key} {metric}")).Order(StringComparer.Ordinal),
        Tables.SelectMany(table => table.Rules.Select(rule => $"{table.Type} {rule.Metric}")).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Metrics_are_added_up_as_azure_can()
    {
        // The count of values, which Azure has for every metric, is meant only where the metric is a count of events.
        Assert.All(Tables, table => Assert.All(table.Rules, rule => Assert.Contains(rule.Aggregation, Known[table.Type][rule.Metric].Aggregations)));
    }

    [Fact]
    public void Dimensions_are_those_of_the_metric()
    {
        Assert.All(Tables, table => Assert.All(table.Rules.Where(rule => rule.Of is not null), rule =>
        {
            Assert.Contains(rule.Of!.Name, Known[table.Type][rule.Metric].Dimensions);
            Assert.Contains(rule.Of.Operator, (string[])["Include", "Exclude"]);
        }));
    }

    [Fact]
    public void No_window_is_shorter_than_the_metrics_own_grain()
    {
        Assert.All(Tables, table => Assert.All(table.Rules, rule =>
            Assert.True(rule.Minutes >= Known[table.Type][rule.Metric].Grains.Min(grain => System.Xml.XmlConvert.ToTimeSpan(grain).TotalMinutes), $"{table.Type} {rule.Metric}")));
    }

    [Fact]
    public void Shares_are_compared_with_shares()
    {
        Assert.All(Tables, table => Assert.All(table.Rules.Where(rule => Known[table.Type][rule.Metric].Unit == "Percent"), rule => Assert.InRange(rule.Threshold ?? 50, 1, 100)));
    }

    [Fact]
    public void What_is_learned_is_not_asked_more_often_than_azure_learns() =>
        Assert.All(Tables.SelectMany(table => table.Rules).Where(rule => rule.Threshold is null), rule => Assert.True(rule.EveryMinutes >= 5));

    [Fact]
    public void Names_of_a_resources_alerts_differ() =>
        Assert.All(Tables, table => Assert.Equal(table.Rules.Count, table.Rules.Select(rule => rule.Name).Distinct().Count()));

    [Fact]
    public void The_source_of_a_table_is_the_list_of_its_type() =>
        Assert.Equal("https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-keyvault-vaults-metrics", AlertsData.Vault.Source);

    [Fact]
    public void One_lost_node_of_three_wakes_nobody_and_two_do()
    {
        var rules = AlertsCompute.LoadBalancer(Plan().Broker).Rules.Where(rule => rule.Metric == "DipAvailability").ToList();

        Assert.Equal(0, rules.Where(rule => rule.Threshold > 100.0 / 3).Min(rule => rule.Severity));
        Assert.All(rules.Where(rule => rule.Threshold > 200.0 / 3), rule => Assert.NotEqual(0, rule.Severity));
        Assert.Contains(AlertsCompute.LoadBalancer(Plan().Broker with { Nodes = 1 }).Rules, rule => rule is { Metric: "DipAvailability", Severity: 0, Everywhere: true });
    }

    private static IEnumerable<MetricTable> AllTables()
    {
        var plan = Plan();
        yield return AlertsData.Primary(plan);
        yield return AlertsData.Replica(plan);
        yield return AlertsData.Cache(plan);
        yield return AlertsData.Storage("Images", severity: 1);
        yield return AlertsData.Vault;
        yield return AlertsData.Backups;
        yield return AlertsEdge.Profile;
        yield return AlertsCompute.Environment(new AppsSize("D4", 3, 9, 4), new IngressSizing("D4", 3, 5));
        yield return AlertsCompute.LoadBalancer(plan.Broker);
        yield return AlertsCompute.Node;
        yield return AlertsCompute.WayOut;
        yield return AlertsCompute.Helper("collector");
        var model = AppModelReader.ReadFile(AppModelReader.DefaultPath);
        foreach (var service in model.Services.Where(service => service.Role != ServiceRole.Job))
        {
            yield return AlertsCompute.App(service, AppsReplicas.Of(service, model, plan), Demand.Peak(StackLoads.Prod));
        }
    }

    private static CapacityPlan Plan() => Given.Plan(StackLoads.Prod, StackLoads.ProdTopology);

    /// <summary>What Azure says of a metric.</summary>
    private sealed record Metric(string Unit, IReadOnlyList<string> Aggregations, IReadOnlyList<string> Dimensions, IReadOnlyList<string> Grains);
}
