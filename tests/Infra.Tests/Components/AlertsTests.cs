using Microblog.Infra.Components;
using Microblog.Infra.Tests.Graph;
using Microblog.Infra.Tests.Policies;

namespace Microblog.Infra.Tests.Components;

public sealed class AlertsTests
{
    /// <summary>Whatever holds data or serves requests; it can fail in a way that its metrics show.</summary>
    private static readonly string[] Watched =
    [
        "dbforpostgresql:Server", "redisenterprise:RedisEnterprise", "storage:StorageAccount", "keyvault:Vault", "dataprotection:BackupVault", "cdn:Profile",
        "app:ContainerApp", "app:ManagedEnvironment", "network:LoadBalancer", "network:NatGateway", "compute:VirtualMachine",
    ];

    /// <summary>Windows that Azure has for metrics, minutes.</summary>
    private static readonly string[] MetricWindows = ["PT1M", "PT5M", "PT15M", "PT30M", "PT1H", "PT6H", "PT12H", "P1D"];

    /// <summary>Windows that Azure has for queries.</summary>
    private static readonly string[] QueryWindows = ["PT5M", "PT10M", "PT15M", "PT30M", "PT45M", "PT1H", "PT2H", "PT3H", "PT4H", "PT5H", "PT6H", "P1D", "P2D"];

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Whatever_holds_data_or_serves_requests_has_an_alert(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var scopes = run.All("monitor:MetricAlert").SelectMany(alert => alert.List("scopes")).Cast<string>().ToHashSet();

        Breach.None(Watched.SelectMany(run.All).Where(one => !scopes.Contains(Azure.IdOf(one.Type, one.Name, one.Inputs))).Select(one => $"{one} has no alert"));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Every_alert_is_on_and_reaches_people(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var group = run.One("monitor:ActionGroup");
        var people = Azure.IdOf(group.Type, group.Name, group.Inputs);

        Breach.None(All(run).Where(alert => alert["enabled"] is not true || Receiver(alert) != people || alert.Text("description").Length == 0).Select(alert => $"{alert} is off, silent or without a reason"));
        Assert.NotEmpty(group.List("emailReceivers"));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Every_alert_says_how_urgent_it_is_and_ends_or_is_repeated_daily_at_most(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        Assert.All(Measuring(run), alert =>
        {
            Assert.InRange(Convert.ToInt32(alert["severity"], null), 0, 4);
            Assert.Equal(alert["autoMitigate"] is true, alert["muteActionsDuration"] is null);
        });
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task No_alert_looks_less_often_than_its_window_is_long_and_all_windows_are_azures(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        Assert.All(Measuring(run), alert =>
        {
            Assert.Contains(alert.Text("windowSize"), alert.Kind == "MetricAlert" ? MetricWindows : QueryWindows);
            Assert.True(Minutes(alert.Text("evaluationFrequency")) <= Minutes(alert.Text("windowSize")), $"{alert} looks every {alert["evaluationFrequency"]} for {alert["windowSize"]}");
            Assert.True(Minutes(alert.Text("evaluationFrequency")) <= 60, $"{alert} is found out too late");
        });
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Names_are_ones_that_azure_takes_and_all_different(string stack)
    {
        var names = All(await StackRun.OfAsync(stack)).Select(alert => alert.Text(alert.Kind == "ActivityLogAlert" ? "activityLogAlertName" : "ruleName")).ToList();

        Assert.All(names, name => Assert.Matches("^[A-Za-z0-9][A-Za-z0-9-]{0,100}[A-Za-z0-9]$", name));
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public async Task There_are_as_many_as_people_can_know_and_a_stack_to_try_things_has_few()
    {
        var (dev, prod) = (await StackRun.OfAsync("dev"), await StackRun.OfAsync("prod"));

        Assert.InRange(All(prod).Count, 60, 160);
        Assert.InRange(All(dev).Count, 10, All(prod).Count / 2);
        // Somebody gets up for a handful of things.
        Assert.InRange(Measuring(prod).Count(alert => Convert.ToInt32(alert["severity"], null) == 0), 1, 8);
        // Queries cost by how often they run; a stack to try things has only what tells of loss.
        Assert.True(dev.All("monitor:ScheduledQueryRule").Count <= 8);
        Assert.Empty(dev.All("applicationinsights:WebTest"));
    }

    [Theory]
    [InlineData("prod")]
    [InlineData("prod-10m")]
    public async Task The_installation_is_asked_from_five_places_and_two_that_fail_are_an_alert(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var insights = run.One("applicationinsights:Component");
        var id = Azure.IdOf(insights.Type, insights.Name, insights.Inputs);
        var tests = run.All("applicationinsights:WebTest");

        foreach (var (name, path) in new[] { ("from-outside-health", "/api/v1/streaming/health"), ("from-outside-instance", "/api/v2/instance") })
        {
            var test = run.One("applicationinsights:WebTest", name);
            var alert = run.One("monitor:MetricAlert", $"alert-{name}");
            Assert.EndsWith(path, test.Text("request.requestUrl"));
            Assert.StartsWith("https://", test.Text("request.requestUrl"));
            Assert.True(test.List("locations").Select(place => Provisioned.Member(place, "location")).Distinct().Count() >= 5);
            Assert.Equal(2.0, alert["criteria.failedLocationCount"]);
            Assert.Equal(Azure.IdOf(test.Type, test.Name, test.Inputs), alert["criteria.webTestId"]);
        }
        Assert.All(tests, test => Assert.Equal("Resource", Provisioned.Member(test["tags"], $"hidden-link:{id}") ?? ((IReadOnlyDictionary<string, object>)test["tags"]!)[$"hidden-link:{id}"]));
        Assert.Equal(2, tests.Count(test => test["validationRules.sSLCertRemainingLifetimeCheck"] is 14.0));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task People_hear_of_azures_own_trouble_and_of_deletions_and_new_rights_on_data(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var activity = run.All("monitor:ActivityLogAlert");
        var data = run.One("resources:ResourceGroup", "group-data");

        Assert.Equal(["alert-deletion", "alert-resource-health", "alert-role-change", "alert-service-health"], activity.Select(alert => alert.Name));
        foreach (var name in new[] { "alert-deletion", "alert-role-change" })
        {
            Assert.Contains(Azure.IdOf(data.Type, data.Name, data.Inputs), run.One("monitor:ActivityLogAlert", name).List("scopes"));
        }
        var deletions = run.One("monitor:ActivityLogAlert", "alert-deletion").Texts().Select(text => text.Text).ToHashSet();
        Assert.Contains("Microsoft.DBforPostgreSQL/flexibleServers/delete", deletions);
        Assert.Contains("Microsoft.Authorization/locks/delete", deletions);
    }

    [Fact]
    public async Task Only_a_stack_with_a_replica_watches_one()
    {
        var (dev, prod) = (await StackRun.OfAsync("dev"), await StackRun.OfAsync("prod"));

        Assert.Contains(prod.All("monitor:MetricAlert"), alert => alert.Name == "alert-database-replica-behind");
        Assert.Contains(prod.All("monitor:MetricAlert"), alert => alert.Name == "alert-database-primary-replication-backlog");
        Assert.DoesNotContain(dev.All("monitor:MetricAlert"), alert => alert.Name.Contains("replica", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_database_is_called_full_before_its_connections_are()
    {
        var run = await StackRun.OfAsync("prod");
        var threshold = (double)run.One("monitor:MetricAlert", "alert-database-primary-connections")["criteria.allOf.0.threshold"]!;

        Assert.Equal(AlertsData.Connections(Capacity.Given.Plan(Microblog.Infra.Capacity.StackLoads.Prod, Microblog.Infra.Capacity.StackLoads.ProdTopology).Connections), threshold);
    }

    private static List<Provisioned> Measuring(StackRun run) => [.. run.All("monitor:MetricAlert"), .. run.All("monitor:ScheduledQueryRule")];

    private static List<Provisioned> All(StackRun run) => [.. Measuring(run), .. run.All("monitor:ActivityLogAlert")];

    private static string Receiver(Provisioned alert) => alert.Kind switch
    {
        "MetricAlert" => alert.Text("actions.0.actionGroupId"),
        "ScheduledQueryRule" => alert.Text("actions.actionGroups.0"),
        _ => alert.Text("actions.actionGroups.0.actionGroupId"),
    };

    private static double Minutes(string period) => System.Xml.XmlConvert.ToTimeSpan(period).TotalMinutes;
}
