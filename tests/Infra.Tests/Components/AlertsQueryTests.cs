using System.Text.Json;
using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;
using Microblog.Infra.Components;
using Microblog.Infra.Tests.Capacity;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

public sealed class AlertsQueryTests
{
    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Queries_are_balanced_and_ask_only_for_columns_that_the_tables_have(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        Assert.All(run.All("monitor:ScheduledQueryRule"), rule => KustoText.Check(rule.Text("criteria.allOf.0.query")));
    }

    [Fact]
    public void The_check_of_queries_finds_what_is_wrong()
    {
        KustoText.Check("AppRequests | summarize Bad = countif(DurationMs > 5) | where Bad > 1");
        Assert.Contains("Duration_ms", Problem("AppRequests | where Duration_ms > 5"));
        Assert.Contains("Message", Problem("AppRequests | where Message has \"x\""));
        Assert.Contains("closed", Problem("AppRequests | where (DurationMs > 5"));
        Assert.Contains("closed", Problem("AppRequests | where Name == \"home"));
        Assert.Contains("table", Problem("Requests | count"));

        static string Problem(string query) => Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => KustoText.Check(query)).Message;
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task A_query_fires_when_it_finds_a_row(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var workspace = run.One("operationalinsights:Workspace");

        Assert.All(run.All("monitor:ScheduledQueryRule"), rule =>
        {
            Assert.Equal(("Count", "GreaterThan", 0.0), (rule["criteria.allOf.0.timeAggregation"], rule["criteria.allOf.0.operator"], rule["criteria.allOf.0.threshold"]));
            Assert.Equal(Azure.IdOf(workspace.Type, workspace.Name, workspace.Inputs), Assert.Single(rule.List("scopes")));
            Assert.Equal(true, rule["skipQueryValidation"]);
        });
    }

    [Fact]
    public void Every_meter_that_is_asked_for_is_one_that_the_services_have()
    {
        var code = Given.Text("ApiService/ApiMetrics.cs") + Given.Text("FeedWorker/FeedMetrics.cs");
        var asked = AlertsApplication.Rules(Plan()).Select(rule => rule.Query).Concat(AlertsWorkbook.Panels.Select(panel => string.Join('\n', panel.Query ?? [])))
            .SelectMany(query => System.Text.RegularExpressions.Regex.Matches(query, "\"(microblog\\.[a-z_.]*[a-z])\"").Select(match => match.Groups[1].Value)).ToHashSet();

        Assert.Equal(AlertsApplication.Meters.Order(StringComparer.Ordinal), asked.Order(StringComparer.Ordinal));
        Assert.All(AlertsApplication.Meters, meter => Assert.Contains($"\"{meter}\"", code));
    }

    [Fact]
    public void The_line_that_tells_of_dead_letters_is_the_one_that_the_worker_writes() =>
        Assert.Contains($"Message = \"{{RoutingKey}} {AlertsApplication.DeadLetteredLine} {{Attempts}} attempts\"", Given.Text("FeedWorker/FeedConsumer.cs"));

    [Fact]
    public void Dead_letters_are_looked_for_in_the_queue_of_the_contract() =>
        Assert.Equal(["feed.dead"], AlertsBroker.DeadLetterQueues(AppModelReader.ReadFile(AppModelReader.DefaultPath).Broker));

    [Fact]
    public void A_queue_that_gives_up_to_another_is_no_end()
    {
        var none = new Dictionary<string, JsonElement>();
        var gives = new Dictionary<string, JsonElement> { ["x-dead-letter-exchange"] = JsonSerializer.SerializeToElement("dead") };
        var broker = new BrokerSpec("/", [], [new QueueSpec("work", true, gives), new QueueSpec("again", true, gives), new QueueSpec("end", true, none), new QueueSpec("other", true, none)],
            [new BindingSpec("dead", "again", "a"), new BindingSpec("dead", "end", "#"), new BindingSpec("news", "other", "#")]);

        Assert.Equal(["end"], AlertsBroker.DeadLetterQueues(broker));
    }

    [Fact]
    public void A_broker_of_somebody_else_is_not_watched() =>
        Assert.Empty(AlertsBroker.Rules(AppModelReader.ReadFile(AppModelReader.DefaultPath), Plan().Broker with { Nodes = 0 }, Plan().Worker));

    [Fact]
    public void A_work_queue_of_the_contract_is_watched_for_its_length_and_for_who_takes_from_it()
    {
        var model = AppModelReader.ReadFile(AppModelReader.DefaultPath);
        var rules = AlertsBroker.Rules(model, Plan().Broker, Plan().Worker).ToDictionary(rule => rule.Name, rule => rule.Query);

        Assert.All(model.Services.SelectMany(service => service.Scale?.Queues ?? []), queue =>
        {
            Assert.Contains($"\"{queue.Queue}\", {queue.Length * Plan().Worker.MaxReplicas * 20L}", rules["broker-backlog"]);
            Assert.Contains($"\"{queue.Queue}\"", rules["broker-unheard"]);
        });
    }

    private static CapacityPlan Plan() => Given.Plan(StackLoads.Prod, StackLoads.ProdTopology);
}
