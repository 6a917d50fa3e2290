using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

/// <summary>
/// Words of Azure's that the SDK spells otherwise, or whose list is in no type: what is wrong here compiles, passes every preview, and is refused when it is
/// deployed, or is taken and never works.
/// </summary>
public sealed class AzureWordsTests
{
    /// <summary>Type, input and what its published type (https://github.com/Azure/bicep-types-az) has, where the SDK's own constants are other words.</summary>
    private static readonly (string Type, string Input, string[] Words)[] Spelling =
    [
        ("dbforpostgresql:AdministratorsMicrosoftEntra", "principalType", ["User", "Group", "ServicePrincipal"]),
        ("monitor:ScheduledQueryRule", "criteria.allOf.0.operator", ["Equals", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual"]),
    ];

    /// <summary>Where Front Door makes private endpoints (https://learn.microsoft.com/azure/frontdoor/private-link#region-availability), without those of governments and China.</summary>
    private static readonly string[] LinkLocations =
    [
        "australiaeast", "brazilsouth", "canadacentral", "centralindia", "centralus", "eastasia", "eastus", "eastus2", "francecentral", "germanywestcentral", "japaneast", "koreacentral",
        "northeurope", "norwayeast", "southafricanorth", "southcentralus", "southeastasia", "swedencentral", "uaenorth", "uksouth", "westeurope", "westus2", "westus3",
    ];

    /// <summary>Metrics that are still listed and have no values (https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-app-managedenvironments-metrics): an alert on one never fires.</summary>
    private static readonly string[] Silent = ["EnvCoresQuotaLimit", "EnvCoresQuotaUtilization"];

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Words_are_spelled_as_azure_publishes_them(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        Breach.None(
            from rule in Spelling
            from one in run.All(rule.Type)
            where !rule.Words.Contains(one.Text(rule.Input))
            select $"{one}: {rule.Input} is '{one.Text(rule.Input)}', Azure has {string.Join(", ", rule.Words)}");
        Assert.All(Spelling, rule => Assert.NotEmpty(run.All(rule.Type)));
    }

    [Theory]
    [InlineData("prod", "swedencentral")]
    [InlineData("prod", "westeurope")]
    [InlineData("prod", "southafricanorth")]
    [InlineData("dev", "ukwest")]
    [InlineData("dev", "northcentralus")]
    [InlineData("dev", "westus")]
    public async Task Front_door_links_to_the_environment_from_a_region_where_it_can(string stack, string region)
    {
        var run = await StackRun.RunAsync(StackFile.Read(stack).SetFull("azure-native:location", region));

        var link = run.One("cdn:AFDOrigin").Text("sharedPrivateLinkResource.privateLinkLocation");

        Assert.Contains(link, LinkLocations);
        Assert.Equal(LinkLocations.Contains(region), link == region);
        Assert.Equal(region, run.One("app:ManagedEnvironment").Text("location"));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task No_alert_waits_for_a_metric_that_has_no_values(string stack) =>
        Assert.DoesNotContain((await StackRun.OfAsync(stack)).All("monitor:MetricAlert").SelectMany(alert => alert.Texts()), input => Silent.Contains(input.Text));

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task The_budget_is_over_every_group_that_costs_something(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        var groups = run.All("resources:ResourceGroup").Select(group => group.Text("resourceGroupName")).Append(run.One("app:ManagedEnvironment").Text("infrastructureResourceGroup"));

        Assert.Equal(groups.Order(StringComparer.Ordinal), run.One("consumption:Budget").List("filter.dimensions.values").Cast<string>().Order(StringComparer.Ordinal));
    }
}
