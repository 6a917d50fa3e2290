using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

/// <summary>
/// The provider's SDK sends defaults of its own when nothing is set, and many of them are the unsafe choice. Each line is one that has to be decided otherwise.
/// </summary>
public sealed class DefaultTests
{
    /// <summary>Type, input, what it must be in every stack. A list of values separated by bars: any of them.</summary>
    private static readonly (string Type, string Input, string Wanted)[] Everywhere =
    [
        ("authorization:RoleAssignment", "principalType", "ServicePrincipal"),
        ("keyvault:Vault", "properties.enableRbacAuthorization", "True"),
        ("keyvault:Vault", "properties.publicNetworkAccess", "disabled|Disabled"),
        ("keyvault:Vault", "properties.networkAcls.defaultAction", "Deny"),
        ("containerregistry:Registry", "publicNetworkAccess", "Disabled"),
        ("containerregistry:Registry", "adminUserEnabled", "False"),
        ("containerregistry:Registry", "anonymousPullEnabled", "False"),
        ("containerregistry:Registry", "policies.retentionPolicy.status", "enabled"),
        ("storage:StorageAccount", "publicNetworkAccess", "Disabled"),
        ("storage:StorageAccount", "networkRuleSet.defaultAction", "Deny"),
        ("storage:StorageAccount", "allowBlobPublicAccess", "False"),
        ("storage:StorageAccount", "allowSharedKeyAccess", "False"),
        ("storage:StorageAccount", "enableHttpsTrafficOnly", "True"),
        ("storage:StorageAccount", "minimumTlsVersion", "TLS1_2|TLS1_3"),
        ("keyvault:Vault", "properties.enableSoftDelete", "True"),
        ("keyvault:Vault", "properties.softDeleteRetentionInDays", "90"),
        ("containerregistry:Registry", "sku.name", "Premium"),
        ("dbforpostgresql:Server", "network.publicNetworkAccess", "Disabled"),
        ("app:ContainerApp", "configuration.activeRevisionsMode", "Single"),
        ("redisenterprise:RedisEnterprise", "publicNetworkAccess", "Disabled"),
        ("redisenterprise:RedisEnterprise", "minimumTlsVersion", "1.2|1.3"),
        ("redisenterprise:Database", "clientProtocol", "Encrypted"),
        ("network:Subnet", "defaultOutboundAccess", "False"),
        ("network:Subnet", "privateEndpointNetworkPolicies", "Enabled"),
        ("app:ManagedEnvironment", "publicNetworkAccess", "Disabled"),
        ("app:ManagedEnvironment", "vnetConfiguration.internal", "True"),
        ("cdn:Profile", "sku.name", "Premium_AzureFrontDoor"),
        ("cdn:Route", "httpsRedirect", "Enabled"),
        ("cdn:Route", "forwardingProtocol", "HttpsOnly"),
        ("cdn:Route", "linkToDefaultDomain", "Disabled"),
        ("cdn:AFDOrigin", "enforceCertificateNameCheck", "True"),
        ("cdn:AFDCustomDomain", "tlsSettings.minimumTlsVersion", "TLS12|TLS13"),
        ("frontdoor:Policy", "policySettings.enabledState", "Enabled"),
        ("frontdoor:Policy", "policySettings.mode", "Prevention"),
        ("operationalinsights:Workspace", "features.disableLocalAuth", "True"),
        // The unsafe default, stated: docs/decisions/0013.
        ("operationalinsights:Workspace", "publicNetworkAccessForIngestion", "Enabled"),
        ("operationalinsights:Workspace", "publicNetworkAccessForQuery", "Enabled"),
        ("applicationinsights:Component", "publicNetworkAccessForIngestion", "Enabled"),
        ("applicationinsights:Component", "publicNetworkAccessForQuery", "Enabled"),
        ("applicationinsights:Component", "ingestionMode", "LogAnalytics"),
        ("monitor:ActionGroup", "enabled", "True"),
        ("monitor:ActionGroup", "emailReceivers.0.useCommonAlertSchema", "True"),
    ];

    /// <summary>As above, in stacks that are spread over zones.</summary>
    private static readonly (string Type, string Input, string Wanted)[] Zonal =
    [
        ("containerregistry:Registry", "zoneRedundancy", "Enabled"),
        ("app:ManagedEnvironment", "zoneRedundant", "True"),
    ];

    /// <summary>As above, of one resource among others of its type.</summary>
    private static readonly (string Type, string Name, string Input, string Wanted)[] Single =
    [
        ("dbforpostgresql:Server", "database-primary", "authConfig.passwordAuth", "Disabled"),
        ("dbforpostgresql:Server", "database-primary", "authConfig.activeDirectoryAuth", "Enabled"),
        ("dbforpostgresql:Server", "database-primary", "maintenanceWindow.customWindow", "Enabled"),
        ("app:ContainerApp", "apiservice", "configuration.ingress.external", "True"),
        ("app:ContainerApp", "apiservice", "configuration.ingress.allowInsecure", "False"),
        ("app:ContainerApp", "apiservice", "configuration.ingress.traffic.0.latestRevision", "True"),
        ("app:ContainerApp", "apiservice", "configuration.ingress.traffic.0.weight", "100"),
        ("app:ContainerApp", "collector", "configuration.ingress.external", "False"),
        ("app:ContainerApp", "collector", "configuration.ingress.allowInsecure", "False"),
    ];

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task No_unsafe_default_is_left(string stack) => AssertAll(await StackRun.OfAsync(stack), Everywhere);

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task No_unsafe_default_is_left_where_only_one_of_a_type_has_a_choice(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        Breach.None(
            from rule in Single
            let resource = run.One(rule.Type, rule.Name)
            where resource.Text(rule.Input) != rule.Wanted
            select $"{resource}: {rule.Input} is '{resource.Text(rule.Input)}', not {rule.Wanted}");
    }

    [Theory]
    [InlineData("prod")]
    [InlineData("prod-10m")]
    public async Task What_can_be_spread_over_zones_is(string stack) => AssertAll(await StackRun.OfAsync(stack), Zonal);

    private static void AssertAll(StackRun run, (string Type, string Input, string Wanted)[] rules)
    {
        Assert.All(rules, rule => Assert.NotEmpty(run.All(rule.Type)));
        var wrong =
            from rule in rules
            from resource in run.All(rule.Type)
            where !rule.Wanted.Split('|').Contains(resource.Text(rule.Input))
            select $"{resource}: {rule.Input} is '{resource.Text(rule.Input)}', not {rule.Wanted}";
        Breach.None(wrong);
    }
}
