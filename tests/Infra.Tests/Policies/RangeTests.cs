using System.Collections;
using System.Globalization;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

/// <summary>
/// Numbers and texts that Azure refuses outside of limits which neither the SDK's types nor Azure's published ones have; only its documentation does.
/// </summary>
public sealed class RangeTests
{
    /// <summary>Type, input, least, most; an asterisk stands for every item of a list or map.</summary>
    private static readonly (string Type, string Input, double Min, double Max)[] Ranges =
    [
        ("app:ContainerApp", "configuration.ingress.targetPort", 1, 65_535),
        ("app:ContainerApp", "template.terminationGracePeriodSeconds", 0, 600),
        ("app:ContainerApp", "template.scale.maxReplicas", 1, 1_000),
        ("app:ContainerApp", "template.containers.*.resources.cpu", 0.25, 32),
        ("app:ContainerApp", "template.containers.*.probes.*.initialDelaySeconds", 1, 60),
        ("app:ContainerApp", "template.containers.*.probes.*.periodSeconds", 1, 240),
        ("app:ContainerApp", "template.containers.*.probes.*.timeoutSeconds", 1, 240),
        ("app:ContainerApp", "template.containers.*.probes.*.failureThreshold", 1, 10),
        ("app:ContainerApp", "template.containers.*.probes.*.successThreshold", 1, 10),
        ("app:ManagedEnvironment", "ingressConfiguration.requestIdleTimeout", 4, 30),
        ("app:ManagedEnvironment", "ingressConfiguration.terminationGracePeriodSeconds", 0, 3_600),
        ("app:MaintenanceConfiguration", "scheduledEntries.*.startHourUtc", 0, 23),
        ("app:MaintenanceConfiguration", "scheduledEntries.*.durationHours", 8, 24),
        ("cdn:AFDOrigin", "priority", 1, 5),
        ("cdn:AFDOrigin", "weight", 1, 1_000),
        ("cdn:AFDOriginGroup", "healthProbeSettings.probeIntervalInSeconds", 1, 255),
        ("cdn:AFDOriginGroup", "loadBalancingSettings.sampleSize", 1, 255),
        ("cdn:Profile", "originResponseTimeoutSeconds", 16, 240),
        ("consumption:Budget", "notifications.*.threshold", 0.01, 1_000),
        ("containerregistry:Registry", "policies.retentionPolicy.days", 0, 365),
        ("dataprotection:BackupVault", "properties.securitySettings.softDeleteSettings.retentionDurationInDays", 14, 180),
        ("dbforpostgresql:Server", "backup.backupRetentionDays", 7, 35),
        ("dbforpostgresql:Server", "maintenanceWindow.dayOfWeek", 0, 6),
        ("frontdoor:Policy", "customRules.rules.*.rateLimitThreshold", 10, 1_000_000),
        ("frontdoor:Policy", "customRules.rules.*.rateLimitDurationInMinutes", 1, 5),
        ("keyvault:Vault", "properties.softDeleteRetentionInDays", 7, 90),
        ("monitor:MetricAlert", "severity", 0, 4),
        ("monitor:ScheduledQueryRule", "severity", 0, 4),
        ("network:LoadBalancer", "loadBalancingRules.*.idleTimeoutInMinutes", 4, 30),
        ("network:LoadBalancer", "probes.*.intervalInSeconds", 5, 3_600),
        ("network:NatGateway", "idleTimeoutInMinutes", 4, 120),
        ("network:NetworkSecurityGroup", "securityRules.*.priority", 100, 4_096),
        ("operationalinsights:Workspace", "retentionInDays", 30, 730),
        ("storage:BlobServiceProperties", "deleteRetentionPolicy.days", 1, 365),
        ("storage:BlobServiceProperties", "restorePolicy.days", 1, 364),
    ];

    [Fact]
    public async Task Numbers_are_within_azures_limits()
    {
        var wrong = new List<string>();
        var stacks = await Task.WhenAll(StackRun.Stacks.Select(stack => StackRun.OfAsync(stack.Data)));
        foreach (var (type, input, min, max) in Ranges)
        {
            var found = (from run in stacks from one in run.All(type) from value in At(one.Inputs, input.Split('.')) select (one, Value: Convert.ToDouble(value, CultureInfo.InvariantCulture))).ToList();
            // A path that leads nowhere would be right for ever.
            Assert.True(found.Count > 0, $"no {type} has {input}");
            wrong.AddRange(found.Where(one => one.Value < min || one.Value > max).Select(one => FormattableString.Invariant($"{one.one}: {input} is {one.Value}, Azure takes {min} to {max}")));
        }
        Breach.None(wrong);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task A_probe_that_ends_replicas_succeeds_at_once(string stack)
    {
        var probes = (await StackRun.OfAsync(stack)).All("app:ContainerApp").SelectMany(app => At(app.Inputs, "template.containers.*.probes.*".Split('.'))).ToList();

        Assert.NotEmpty(probes);
        Assert.All(probes.Where(probe => (string)Provisioned.Member(probe, "type")! is "Liveness" or "Startup"), probe => Assert.Equal(1.0, Convert.ToDouble(Provisioned.Member(probe, "successThreshold"), null)));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task What_is_deleted_is_kept_longer_than_a_restore_reaches_back(string stack)
    {
        var service = (await StackRun.OfAsync(stack)).One("storage:BlobServiceProperties", "media-blobs");

        Assert.True((double)service["restorePolicy.days"]! < (double)service["deleteRetentionPolicy.days"]!);
        Assert.True((double)service["restorePolicy.days"]! < (double)service["changeFeed.retentionInDays"]!);
        Assert.True(service["isVersioningEnabled"] is true && service["changeFeed.enabled"] is true);
    }

    [Fact]
    public async Task The_ingress_has_two_nodes_that_it_shares_with_nobody()
    {
        var run = await StackRun.OfAsync("prod-10m");
        var environment = run.One("app:ManagedEnvironment");
        var ingress = environment.Text("ingressConfiguration.workloadProfileName");

        var profile = Assert.Single(environment.List("workloadProfiles"), profile => (string)Provisioned.Member(profile, "name")! == ingress);
        Assert.True(Convert.ToInt32(Provisioned.Member(profile, "minimumCount"), null) >= 2);
        Assert.DoesNotContain(run.All("app:ContainerApp").Concat(run.All("app:Job")), app => app.Text("workloadProfileName") == ingress);
    }

    private static IEnumerable<object> At(object? value, ReadOnlyMemory<string> path) => value switch
    {
        null => [],
        _ when path.Length == 0 => [value],
        IDictionary<string, object> map when path.Span[0] == "*" => map.Values.SelectMany(item => At(item, path[1..])),
        IEnumerable list when path.Span[0] == "*" => list.Cast<object>().SelectMany(item => At(item, path[1..])),
        _ => At(Provisioned.Member(value, path.Span[0]), path[1..]),
    };
}
