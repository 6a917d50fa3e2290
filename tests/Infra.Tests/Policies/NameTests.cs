using System.Text.RegularExpressions;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

/// <summary>Azure's rules for names (https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules), also for the longest stack name.</summary>
public sealed class NameTests
{
    private static readonly (string Type, string Input, string Rule)[] Rules =
    [
        ("resources:ResourceGroup", "resourceGroupName", @"^[\w.()-]{1,89}[\w()-]$"),
        ("network:VirtualNetwork", "virtualNetworkName", @"^[A-Za-z0-9][\w.-]{0,62}\w$"),
        ("network:Subnet", "subnetName", @"^[A-Za-z0-9][\w.-]{0,78}\w$"),
        ("network:NetworkSecurityGroup", "networkSecurityGroupName", @"^[A-Za-z0-9][\w.-]{0,78}\w$"),
        ("network:PrivateEndpoint", "privateEndpointName", @"^[A-Za-z0-9][\w.-]{0,62}\w$"),
        ("network:LoadBalancer", "loadBalancerName", @"^[A-Za-z0-9][\w.-]{0,78}\w$"),
        ("network:NatGateway", "natGatewayName", @"^[A-Za-z0-9][\w.-]{0,78}\w$"),
        ("network:NetworkInterface", "networkInterfaceName", @"^[A-Za-z0-9][\w.-]{0,78}\w$"),
        ("keyvault:Vault", "vaultName", @"^(?!.*--)[a-z][a-z0-9-]{1,22}[a-z0-9]$"),
        ("keyvault:Secret", "secretName", @"^[A-Za-z0-9-]{1,127}$"),
        ("containerregistry:Registry", "registryName", @"^[a-z0-9]{5,50}$"),
        ("storage:StorageAccount", "accountName", @"^[a-z0-9]{3,24}$"),
        ("storage:BlobContainer", "containerName", @"^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$"),
        ("managedidentity:UserAssignedIdentity", "resourceName", @"^[A-Za-z0-9][\w-]{2,127}$"),
        ("operationalinsights:Workspace", "workspaceName", @"^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$"),
        ("applicationinsights:Component", "resourceName", @"^[^%&\\?/]{1,259}[^%&\\?/. ]$"),
        ("monitor:ActionGroup", "groupShortName", "^.{1,12}$"),
        ("dbforpostgresql:Server", "serverName", @"^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$"),
        ("dbforpostgresql:VirtualEndpoint", "virtualEndpointName", @"^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$"),
        ("redisenterprise:RedisEnterprise", "clusterName", @"^(?!.*--)[A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9]$"),
        ("app:ManagedEnvironment", "environmentName", @"^[a-z][a-z0-9-]{0,58}[a-z0-9]$"),
        ("app:ContainerApp", "containerAppName", @"^(?!.*--)[a-z][a-z0-9-]{0,30}[a-z0-9]$"),
        ("app:Job", "jobName", @"^(?!.*--)[a-z][a-z0-9-]{0,30}[a-z0-9]$"),
        ("compute:VirtualMachine", "vmName", @"^[A-Za-z0-9][A-Za-z0-9-]{0,62}[A-Za-z0-9]$"),
        ("compute:Disk", "diskName", @"^[\w-]{1,80}$"),
        ("cdn:Profile", "profileName", @"^[A-Za-z0-9][A-Za-z0-9-]{0,258}[A-Za-z0-9]$"),
        ("cdn:AFDEndpoint", "endpointName", @"^[A-Za-z0-9][A-Za-z0-9-]{0,44}[A-Za-z0-9]$"),
        ("cdn:RuleSet", "ruleSetName", "^[A-Za-z][A-Za-z0-9]{0,59}$"),
        ("cdn:Rule", "ruleName", "^[A-Za-z][A-Za-z0-9]{0,259}$"),
        ("frontdoor:Policy", "policyName", "^[A-Za-z][A-Za-z0-9]{0,127}$"),
        ("dataprotection:BackupVault", "vaultName", @"^[A-Za-z][A-Za-z0-9-]{1,48}[A-Za-z0-9]$"),
        ("authorization:PolicyAssignment", "policyAssignmentName", @"^[^%&\\?/#:<>]{1,64}$"),
        ("authorization:RoleAssignment", "roleAssignmentName", "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
    ];

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Names_keep_azures_rules(string stack) => AssertNames(await StackRun.OfAsync(stack));

    [Fact]
    public async Task Names_keep_azures_rules_for_the_longest_stack_name() => AssertNames(await StackRun.RunAsync(StackFile.Read("prod", "abcdefghij-k")));

    [Theory]
    [InlineData("Prod")]
    [InlineData("p")]
    [InlineData("a-stack-with-a-long-name")]
    [InlineData("prod-")]
    public async Task A_stack_name_that_azure_would_refuse_is_refused(string name) =>
        Assert.StartsWith("stack: is named", await StackRun.RefusalAsync(StackFile.Read("prod", name)));

    [Fact]
    public async Task Two_installations_do_not_meet_in_global_names()
    {
        var names = new Microblog.Infra.Components.Naming("prod");

        Assert.NotEqual(names.Global("db", "one"), names.Global("db", "another"));
        Assert.NotEqual(names.Compact("media", "one"), new Microblog.Infra.Components.Naming("dev").Compact("media", "one"));
        Assert.All((await StackRun.OfAsync("prod")).Resources.Where(one => one.Type is "azure-native:storage:StorageAccount"), account => Assert.Matches("[0-9a-f]{5}$", account.Text("accountName")));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task No_two_resources_of_a_kind_have_the_same_name_in_a_group(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        foreach (var (type, input, _) in Rules)
        {
            var names = run.All(type).Select(one => $"{one.Text("resourceGroupName")}/{one.Text("accountName")}{one.Text("profileName")}{one.Text("vaultName")}{one.Text("scope")}/{one.Text(input)}").ToList();
            Assert.Equal(names.Distinct(StringComparer.OrdinalIgnoreCase), names);
        }
    }

    private static void AssertNames(StackRun run)
    {
        var wrong =
            from rule in Rules
            from resource in run.All(rule.Type)
            let name = resource.Text(rule.Input)
            where !Regex.IsMatch(name, rule.Rule)
            select $"{resource}: '{name}' does not match {rule.Rule}";
        Breach.None(wrong);
    }
}
