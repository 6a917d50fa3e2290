using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microblog.Infra.Components;
using Pulumi.Testing;

namespace Microblog.Infra.Tests.Graph;

/// <summary>Stands where the provider would: every resource gets what it asked for, with the id and the addresses that Azure would give it.</summary>
public sealed class Azure : IMocks
{
    /// <summary>The subscription.</summary>
    public const string Subscription = "11111111-2222-3333-4444-555555555555";

    private const string Tenant = "99999999-8888-7777-6666-555555555555";

    private const string FrontDoorId = "front-door-id";

    /// <summary>Inputs that name what a resource is inside of.</summary>
    private static readonly string[] Parents =
        ["virtualNetworkName", "privateZoneName", "serverName", "clusterName", "profileName", "vaultName", "accountName", "zoneName", "endpointName", "originGroupName", "ruleSetName", "environmentName", "privateEndpointName", "containerName"];

    /// <summary>Those of them that name the resource itself.</summary>
    private static readonly (string Kind, string Input)[] Owners =
    [
        ("PrivateZone", "privateZoneName"), ("Server", "serverName"), ("RedisEnterprise", "clusterName"), ("Profile", "profileName"), ("Vault", "vaultName"), ("BackupVault", "vaultName"),
        ("StorageAccount", "accountName"), ("Zone", "zoneName"), ("AFDEndpoint", "endpointName"), ("AFDOriginGroup", "originGroupName"), ("RuleSet", "ruleSetName"),
        ("ManagedEnvironment", "environmentName"), ("BlobContainer", "containerName"),
    ];

    /// <summary>What was made, in no particular order.</summary>
    public ConcurrentQueue<MockResourceArgs> Made { get; } = [];

    /// <inheritdoc/>
    public Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args)
    {
        Made.Enqueue(args);
        var state = args.Inputs.ToBuilder();
        if (args.Type is not { } type || !type.StartsWith("azure-native:", StringComparison.Ordinal))
        {
            return Task.FromResult<(string?, object)>((null, state.ToImmutable()));
        }
        var name = NameOf(type, args.Name!, args.Inputs);
        foreach (var (key, value) in Outputs(type, name, args.Inputs))
        {
            state[key] = value;
        }
        state["name"] = name;
        var id = IdOf(type, args.Name!, args.Inputs);
        return Task.FromResult<(string?, object)>((id, state.ToImmutable()));
    }

    /// <inheritdoc/>
    public Task<object> CallAsync(MockCallArgs args) => Task.FromResult<object>(args.Token switch
    {
        "azure-native:authorization:getClientConfig" => Map(("subscriptionId", Subscription), ("tenantId", Tenant), ("clientId", Tenant), ("objectId", Tenant)),
        "azure-native:redisenterprise:listDatabaseKeys" => Map(("primaryKey", $"{StackFile.SecretMark}-redis-key"), ("secondaryKey", $"{StackFile.SecretMark}-redis-key-2")),
        "azure-native:app:getManagedEnvironment" => args.Args.SetItem("privateEndpointConnections", Connections("environment")),
        "azure-native:storage:getStorageAccount" => args.Args.SetItem("privateEndpointConnections", Connections("account")),
        _ => throw new NotSupportedException($"{args.Token} is not answered by the tests' Azure."),
    });

    /// <summary>The connections to a private origin as they are before anybody approves: one of ours, waiting.</summary>
    private static ImmutableArray<object> Connections(string of) => [Map(
        ("name", $"{of}-connection"), ("id", $"/{of}-connection"), ("type", "connection"),
        ("privateLinkServiceConnectionState", Map(("status", "Pending"), ("description", EdgeApproval.Message(FrontDoorId)))))];

    /// <summary>The id that a resource gets. Names of what is inside another resource are unique only within it, so that one's id comes first.</summary>
    public static string IdOf(string type, string logical, ImmutableDictionary<string, object> inputs)
    {
        var name = NameOf(type, logical, inputs);
        if (type == "azure-native:resources:ResourceGroup")
        {
            return $"/subscriptions/{Subscription}/resourceGroups/{name}";
        }
        var parents = Parents.Select(parent => inputs.GetValueOrDefault(parent) as string).Where(parent => parent is not null && parent != name);
        var group = inputs.GetValueOrDefault("resourceGroupName") as string ?? "none";
        return $"/subscriptions/{Subscription}/resourceGroups/{group}/providers/{type.Replace("azure-native:", "", StringComparison.Ordinal).Replace(':', '/')}/{string.Join('/', [.. parents, name])}";
    }

    private static string NameOf(string type, string logical, ImmutableDictionary<string, object> inputs)
    {
        var kind = type[(type.LastIndexOf(':') + 1)..];
        var own = new[] { $"{kind}Name", "resourceName", "name" }.Concat(inputs.Keys.Where(key => key.EndsWith("Name", StringComparison.Ordinal) && key is not "resourceGroupName" and not "groupShortName" && !Parents.Contains(key)).Order(StringComparer.Ordinal));
        foreach (var candidate in own.Concat(Parents.Where(parent => Owners.Contains((kind, parent)))))
        {
            if (inputs.FirstOrDefault(input => string.Equals(input.Key, candidate, StringComparison.OrdinalIgnoreCase)).Value is string name)
            {
                return name;
            }
        }
        return logical;
    }

    private static IEnumerable<(string Key, object Value)> Outputs(string type, string name, ImmutableDictionary<string, object> inputs) => type switch
    {
        "azure-native:managedidentity:UserAssignedIdentity" => [("principalId", $"principal-of-{name}"), ("clientId", $"client-of-{name}"), ("tenantId", Tenant)],
        "azure-native:keyvault:Vault" => [("properties", ((ImmutableDictionary<string, object>)inputs["properties"]).SetItem("vaultUri", $"https://{name}.vault.azure.net/"))],
        "azure-native:containerregistry:Registry" => [("loginServer", $"{name}.azurecr.io")],
        "azure-native:applicationinsights:Component" => [("connectionString", $"InstrumentationKey={StackFile.SecretMark}-insights"), ("instrumentationKey", $"{StackFile.SecretMark}-insights"), ("appId", "app-id")],
        "azure-native:operationalinsights:Workspace" => [("customerId", "customer-id")],
        "azure-native:dbforpostgresql:Server" => [("fullyQualifiedDomainName", $"{name}.postgres.database.azure.com")],
        "azure-native:redisenterprise:RedisEnterprise" => [("hostName", $"{name}.swedencentral.redis.azure.net")],
        "azure-native:app:ManagedEnvironment" => [("defaultDomain", "calm-sea.swedencentral.azurecontainerapps.io"), ("staticIp", "10.40.0.10")],
        "azure-native:app:ContainerApp" => [("latestRevisionFqdn", $"{name}--new.calm-sea.swedencentral.azurecontainerapps.io"), ("latestRevisionName", $"{name}--new"), ("configuration", inputs.GetValueOrDefault("configuration") ?? ImmutableDictionary<string, object>.Empty)],
        "azure-native:cdn:Profile" => [("frontDoorId", FrontDoorId), ("identity", Map(("principalId", "principal-of-front-door"), ("tenantId", Tenant), ("type", "SystemAssigned")))],
        "azure-native:cdn:AFDEndpoint" => [("hostName", $"{name}.z01.azurefd.net")],
        "azure-native:cdn:AFDCustomDomain" => [("validationProperties", Map(("validationToken", "validation-token"), ("expirationDate", "2030-01-01")))],
        "azure-native:dns:Zone" => [("nameServers", ImmutableArray.Create<object>("ns1.azure-dns.example", "ns2.azure-dns.example"))],
        "azure-native:storage:StorageAccount" => [("primaryEndpoints", Map(("blob", $"https://{name}.blob.core.windows.net/")))],
        "azure-native:dataprotection:BackupVault" or "azure-native:recoveryservices:Vault" => [("identity", Map(("principalId", $"principal-of-{name}"), ("tenantId", Tenant), ("type", "SystemAssigned")))],
        "azure-native:monitor:DataCollectionRule" => [("immutableId", "dcr-id")],
        "azure-native:monitor:DataCollectionEndpoint" => [("logsIngestion", Map(("endpoint", "https://ingest.example")))],
        "azure-native:network:LoadBalancer" => [("frontendIPConfigurations", inputs.GetValueOrDefault("frontendIPConfigurations") ?? ImmutableArray<object>.Empty)],
        _ => [],
    };

    private static ImmutableDictionary<string, object> Map(params (string Key, object Value)[] members) => members.ToImmutableDictionary(member => member.Key, member => member.Value);
}
