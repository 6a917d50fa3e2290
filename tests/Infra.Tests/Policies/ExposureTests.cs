using System.Net;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

/// <summary>Nothing but Front Door is reached from the internet, and inside the network nobody reaches more than he needs.</summary>
public sealed class ExposureTests
{
    /// <summary>Azure keeps the first four addresses of a subnet, and the last.</summary>
    private const int Kept = 4;

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task The_only_public_address_is_that_of_the_way_out(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var address = run.One("network:PublicIPAddress");

        Assert.Equal(CareTests.IdOf(address), run.One("network:NatGateway").Text("publicIpAddresses.0.id"));
        Breach.None(
            from one in run.Resources
            from text in one.Texts()
            where text.Text.Contains("PublicIPAddress", StringComparison.OrdinalIgnoreCase) && one.Kind is not ("NatGateway" or "DiagnosticSetting")
            select $"{one} has the public address at {text.Path}");
        Assert.All(run.All("network:LoadBalancer"), balancer => Assert.All(balancer.List("frontendIPConfigurations"), front => Assert.NotNull(Provisioned.Member(front, "subnet.id"))));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Every_subnet_refuses_what_it_does_not_name_and_names_nobody_outside(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var groups = run.All("network:NetworkSecurityGroup").ToDictionary(CareTests.IdOf);

        Assert.All(run.All("network:Subnet"), subnet =>
        {
            var rules = groups[subnet.Text("networkSecurityGroup.id")].List("securityRules");
            var last = rules.MaxBy(rule => Convert.ToInt32(Provisioned.Member(rule, "priority"), null));
            Assert.Equal(("Deny", "Inbound", "*", "*", "*"), (Text(last, "access"), Text(last, "direction"), Text(last, "sourceAddressPrefix"), Text(last, "destinationPortRange"), Text(last, "protocol")));
            foreach (var rule in rules.Where(rule => Text(rule, "access") == "Allow"))
            {
                Assert.All(Sources(rule), source => Assert.True(source == "AzureLoadBalancer" || IsPrivate(source), $"{subnet}: {Text(rule, "name")} lets {source} in"));
            }
        });
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task What_runs_gets_out_by_the_gateway_and_never_by_azures_default(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var gateway = CareTests.IdOf(run.One("network:NatGateway"));

        Assert.All(run.All("network:Subnet"), subnet => Assert.Equal(false, subnet["defaultOutboundAccess"]));
        Assert.Equal(["apps", "broker"], run.All("network:Subnet").Where(subnet => subnet.Text("natGateway.id") == gateway).Select(subnet => subnet.Text("subnetName")).Order());
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Address_spaces_do_not_overlap_and_fixed_addresses_are_free(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var space = IPNetwork.Parse(run.One("network:VirtualNetwork").Text("addressSpace.addressPrefixes.0"));
        var subnets = run.All("network:Subnet").ToDictionary(subnet => CareTests.IdOf(subnet), subnet => IPNetwork.Parse(subnet.Text("addressPrefix")));

        Assert.All(subnets.Values, range => Assert.True(range.PrefixLength > space.PrefixLength && space.Contains(range.BaseAddress), $"{range} is not in {space}"));
        Assert.All(subnets.Values, range => Assert.Single(subnets.Values, other => other.Contains(range.BaseAddress) || range.Contains(other.BaseAddress)));
        var fixedOnes = run.All("network:NetworkInterface").SelectMany(card => card.List("ipConfigurations")).Concat(run.All("network:LoadBalancer").SelectMany(balancer => balancer.List("frontendIPConfigurations")))
            .Select(one => (Address: IPAddress.Parse(Text(one, "privateIPAddress")), Subnet: subnets[Text(one, "subnet.id")])).ToList();
        Assert.NotEmpty(fixedOnes);
        Assert.Equal(fixedOnes.Count, fixedOnes.Select(one => one.Address).Distinct().Count());
        Assert.All(fixedOnes, one => Assert.True(one.Subnet.Contains(one.Address) && one.Address.GetAddressBytes()[3] - one.Subnet.BaseAddress.GetAddressBytes()[3] >= Kept, $"{one.Address} is not free in {one.Subnet}"));
    }

    [Fact]
    public async Task The_network_is_defended_against_floods_where_the_stack_pays_for_it()
    {
        var run = await StackRun.RunAsync(StackFile.Read("prod").Set("ddosPlan", "true"));
        var network = run.One("network:VirtualNetwork");

        Assert.Equal((true, CareTests.IdOf(run.One("network:DdosProtectionPlan"))), (network["enableDdosProtection"], network.Text("ddosProtectionPlan.id")));
        Assert.Empty((await StackRun.OfAsync("prod")).All("network:DdosProtectionPlan"));
    }

    private static string Text(object? rule, string path) => Convert.ToString(Provisioned.Member(rule, path), null) ?? "";

    private static IEnumerable<string> Sources(object rule) =>
        Text(rule, "sourceAddressPrefix") is { Length: > 0 } one ? [one] : ((IEnumerable<object>)Provisioned.Member(rule, "sourceAddressPrefixes")!).Cast<string>();

    private static bool IsPrivate(string source) => IPNetwork.TryParse(source, out var range)
        && new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16" }.Select(IPNetwork.Parse).Any(all => all.PrefixLength <= range.PrefixLength && all.Contains(range.BaseAddress));
}
