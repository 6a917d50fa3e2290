using System.Collections.Immutable;
using System.Globalization;
using Microblog.Infra.Capacity;
using Microblog.Infra.Tests.Capacity;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

/// <summary>What is refused, what may be spent, and what whoever runs the program gets to know.</summary>
public sealed class GovernanceTests
{
    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Azure_refuses_apps_that_get_around_this_program(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var assigned = run.All("authorization:PolicyAssignment");

        Assert.Equal(["0e80e269-43a4-4ae9-b5bc-178126b8a5cb", "8b346db6-85af-419b-8557-92cee2c0f9bb", "b874ab2d-72dd-47f1-8cb5-4a306478a4e7", "d074ddf8-01a5-4b5e-a2b8-964aed452c0a"],
            assigned.Select(one => one.Text("policyDefinitionId").Split('/')[^1]).Order());
        Assert.All(assigned, one => Assert.Equal(("Default", "Deny", CareTests.IdOf(run.One("resources:ResourceGroup", "group-app"))), (one.Text("enforcementMode"), one.Text("parameters.effect.value"), one.Text("scope"))));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task A_budget_over_all_groups_is_heard_of_before_it_is_spent(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var budget = run.One("consumption:Budget");

        Assert.Empty(run.All("resources:ResourceGroup").Select(group => group.Text("resourceGroupName")).Except(budget.List("filter.dimensions.values").Cast<string>()));
        Assert.Equal(("Forecasted", 100.0), (budget.Text("notifications.forecast-over.thresholdType"), budget["notifications.forecast-over.threshold"]));
        Assert.All(["spent-half", "spent-most", "forecast-over"], notice =>
        {
            Assert.Equal(true, budget[$"notifications.{notice}.enabled"]);
            Assert.Equal([CareTests.IdOf(run.One("monitor:ActionGroup"))], budget.List($"notifications.{notice}.contactGroups"));
        });
        // The same day every time: a later start would be another budget.
        Assert.Equal("2026-12-01T00:00:00Z", budget["timePeriod.startDate"]);
        var planned = double.Parse(((ImmutableDictionary<string, string>)run.Outputs["MonthlyCostUsd"]!)["Total"], CultureInfo.InvariantCulture);
        Assert.InRange((double)budget["amount"]!, planned, 1.3 * planned);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task The_bill_counts_what_there_is(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var (_, load, topology) = StackLoads.All.Single(one => one.Name == stack);
        var network = Given.Plan(load, topology).MonthlyCost.Single(cost => cost.Component == "Network");

        Assert.StartsWith($"{run.All("network:PrivateEndpoint").Count} private endpoints, ", network.What, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task The_stack_tells_what_it_is_sized_for_what_it_costs_and_where_it_is(string stack)
    {
        var outputs = (await StackRun.OfAsync(stack)).Outputs;
        var cost = (ImmutableDictionary<string, string>)outputs["MonthlyCostUsd"]!;

        Assert.Equal(["Api", "Broker", "Cache", "Database", "Edge", "Media", "Worker"], ((ImmutableDictionary<string, string>)outputs["Sizes"]!).Keys.Order());
        Assert.Superset(new HashSet<string> { "Apps", "Backup", "Broker", "Cache", "Database", "Edge", "Media", "Network", "Observability", "Total" }, cost.Keys.ToHashSet());
        Assert.InRange(cost.Where(one => one.Key != "Total").Sum(one => double.Parse(one.Value, CultureInfo.InvariantCulture)) - double.Parse(cost["Total"], CultureInfo.InvariantCulture), -6, 6);
        Assert.NotEmpty((ImmutableArray<string>)outputs["Warnings"]!);
        Assert.StartsWith("https://", (string)outputs["ApiUrl"]!, StringComparison.Ordinal);
        Assert.Equal(["apiservice", "feedworker"], ((ImmutableDictionary<string, string>)outputs["Revisions"]!).Keys.Order());
        Assert.Equal($"mb-{stack}-migrations", ((ImmutableDictionary<string, string>)outputs["Jobs"]!)["migrations"]);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Logs_are_kept_for_a_time_and_cannot_cost_without_end(string stack)
    {
        var workspace = (await StackRun.OfAsync(stack)).One("operationalinsights:Workspace");

        Assert.InRange((double)workspace["retentionInDays"]!, 30, 730);
        Assert.True((double)workspace["workspaceCapping.dailyQuotaGb"]! > 0);
    }
}
