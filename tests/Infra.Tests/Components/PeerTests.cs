using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

/// <summary>Who else may come in.</summary>
public sealed class PeerTests
{
    [Fact]
    public async Task Peered_networks_reach_registry_database_and_apps_and_nothing_else()
    {
        var run = await StackRun.RunAsync(StackFile.Read("prod").Set("peeredAddressSpaces", """["10.50.0.0/24","10.51.0.0/24"]"""));

        Assert.Equal(["apps-rules peers-to-apps 10.40.0.0/21 443 31443", "endpoints-rules peers-to-services 10.40.8.0/24 443 5432"], Peers(run));
    }

    [Fact]
    public async Task Without_peers_nobody_else_does() => Assert.Empty(Peers(await StackRun.OfAsync("prod")));

    private static IReadOnlyList<string> Peers(StackRun run) =>
    [
        .. from rules in run.All("network:NetworkSecurityGroup")
           from index in Enumerable.Range(0, rules.List("securityRules").Count)
           let rule = $"securityRules.{index}"
           where rules.Text($"{rule}.name").StartsWith("peers-", StringComparison.Ordinal)
           orderby rules.Name
           select $"{rules.Name} {rules.Text($"{rule}.name")} {rules.Text($"{rule}.destinationAddressPrefix")} {string.Join(' ', rules.List($"{rule}.destinationPortRanges"))}",
    ];
}
