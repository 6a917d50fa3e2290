using System.Net;
using System.Text;
using Microblog.Infra.Components;
using Microblog.Infra.Tests.Graph;
using Pulumi;

namespace Microblog.Infra.Tests.Messaging;

public sealed class BrokerTests
{
    [Theory]
    [InlineData("prod")]
    [InlineData("prod-10m")]
    public async Task Three_nodes_are_in_three_zones_with_their_disks_and_addresses(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var machines = run.All("compute:VirtualMachine");

        Assert.Equal(["1", "2", "3"], machines.Select(one => one.Text("zones.0")));
        Assert.Equal(["1", "2", "3"], run.All("compute:Disk").Select(one => one.Text("zones.0")));
        Assert.Equal(3, run.All("network:NetworkInterface").Select(one => one.Text("ipConfigurations.0.privateIPAddress")).Distinct().Count());
        Assert.Equal(["1", "2", "3"], run.One("network:LoadBalancer").List("frontendIPConfigurations.0.zones").Cast<string>());
    }

    [Fact]
    public async Task A_stack_without_zones_has_one_node()
    {
        var run = await StackRun.OfAsync("dev");

        Assert.Empty(run.One("compute:VirtualMachine").List("zones"));
        Assert.Empty(run.One("network:LoadBalancer").List("frontendIPConfigurations.0.zones"));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Machines_are_encrypted_measured_at_boot_and_patched_on_their_own_day(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        Assert.All(run.All("compute:VirtualMachine"), machine =>
        {
            Assert.Equal(("TrustedLaunch", "True"), (machine.Text("securityProfile.securityType"), machine.Text("securityProfile.encryptionAtHost")));
            Assert.Equal(("True", "True"), (machine.Text("securityProfile.uefiSettings.secureBootEnabled"), machine.Text("securityProfile.uefiSettings.vTpmEnabled")));
            Assert.Equal("True", machine.Text("osProfile.linuxConfiguration.disablePasswordAuthentication"));
            Assert.Equal("AutomaticByPlatform", machine.Text("osProfile.linuxConfiguration.patchSettings.patchMode"));
            Assert.Equal("Detach", machine.Text("storageProfile.dataDisks.0.deleteOption"));
            Assert.Null(machine["osProfile.adminPassword"]);
        });
        Assert.All(run.All("network:NetworkInterface"), card => Assert.Null(card["ipConfigurations.0.publicIPAddress"]));
        Assert.All(run.All("compute:Disk"), disk => Assert.Equal(("DenyAll", "Disabled"), (disk.Text("networkAccessPolicy"), disk.Text("publicNetworkAccess"))));
        var days = run.All("maintenance:MaintenanceConfiguration").Select(one => one.Text("recurEvery")).ToList();
        Assert.Equal(run.All("compute:VirtualMachine").Count, days.Distinct().Count());
        Assert.Equal(days.Count, run.All("maintenance:ConfigurationAssignment").Count);
    }

    [Fact]
    public async Task The_next_node_waits_for_the_last_to_be_back_at_work()
    {
        var run = await StackRun.OfAsync("prod");

        foreach (var number in new[] { 2, 3 })
        {
            var options = run.One("compute:VirtualMachine", $"broker-rmq-{number}").Options!;
            var before = await Names(options);
            Assert.Contains($"broker-rmq-{number - 1}-ready", before);
            Assert.True(((CustomResourceOptions)options).DeleteBeforeReplace);
        }
        Assert.Equal(3, run.All("compute:VirtualMachineExtension").Where(one => one.Text("type") == "CustomScript").Select(one => one.Text("forceUpdateTag")).Distinct().Count());
    }

    [Fact]
    public async Task A_machine_starts_when_its_secrets_can_be_read_and_none_is_in_its_document()
    {
        var run = await StackRun.OfAsync("prod");
        var machine = run.One("compute:VirtualMachine", "broker-rmq-1");
        var document = Encoding.UTF8.GetString(Convert.FromBase64String(machine.Text("osProfile.customData")));
        var before = await Names(machine.Options!);

        // As the script on the machine asks for them.
        var asked = BrokerCloudInit.Fill("configure.sh", new BrokerMachine(1, 3, "prod", "4.3.5-1", 64, "", "")).Split('\n').Single(line => line.Contains("for name in ", StringComparison.Ordinal));
        foreach (var name in asked.Split(" in ")[1].Split(';')[0].Split(' '))
        {
            Assert.Contains("properties", run.One("keyvault:Secret", $"secret-broker-{name}").SecretInputs);
            Assert.Contains($"secret-broker-{name}-broker-role", before);
        }
        Assert.DoesNotContain(StackFile.SecretMark, document);
        Assert.Contains("client_id='client-of-mb-prod-broker'", document);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task The_names_that_certificates_are_for_lead_to_balancer_and_nodes(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        var names = run.All("privatedns:PrivateRecordSet").ToDictionary(one => one.Text("relativeRecordSetName"), one => one.Text("aRecords.0.ipv4Address"));

        Assert.Equal(names["broker"], run.One("network:LoadBalancer").Text("frontendIPConfigurations.0.privateIPAddress"));
        Assert.Equal(names.Where(name => name.Key != "broker").Select(name => name.Value).Order(), run.All("network:NetworkInterface").Select(one => one.Text("ipConfigurations.0.privateIPAddress")).Order());
        Assert.Contains(run.All("privatedns:PrivateZone"), zone => zone.Text("privateZoneName") == BrokerNames.Zone(stack));
    }

    [Fact]
    public async Task Nodes_are_told_where_their_definitions_are_kept_and_may_write_there()
    {
        var run = await StackRun.OfAsync("prod");

        var url = run.One("keyvault:Secret", "secret-broker-backup-url").Text("properties.value");

        Assert.Matches("^https://[a-z0-9]+\\.blob\\.core\\.windows\\.net/[a-z]+$", url);
        Assert.Contains(run.All("authorization:RoleAssignment"), role =>
            role.Text("principalId") == "principal-of-mb-prod-broker" && role.Text("scope").EndsWith(url[url.LastIndexOf('/')..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_elsewhere_leaves_nothing_to_provision()
    {
        var file = StackFile.Read("prod").Set("managedBroker", "true").Secret("brokerUrl", "amqps://user:hush@broker.example:5671/vhost");
        foreach (var key in new[] { "brokerPassword", "brokerAdminPassword", "brokerCookie", "brokerCaCertificate", "brokerCertificate", "brokerPrivateKey" })
        {
            file.Set(key, null);
        }

        var run = await StackRun.RunAsync(file);

        Assert.DoesNotContain(run.Resources, one => one.Name.Contains("broker-", StringComparison.Ordinal) && one.Kind is not ("Subnet" or "NetworkSecurityGroup" or "DiagnosticSetting"));
        Assert.Empty(run.All("compute:VirtualMachine"));
    }

    [Fact]
    public void A_password_of_any_characters_is_one_in_the_url()
    {
        var url = new Uri(BrokerNames.Url("prod", "a/b:c@d%e", "/"));

        Assert.Equal("microblog:a%2Fb%3Ac%40d%25e", url.UserInfo);
        Assert.Equal(("broker.prod.microblog.internal", 5671, "/%2F"), (url.Host, url.Port, url.AbsolutePath));
    }

    [Fact]
    public void Addresses_begin_behind_those_that_azure_keeps() =>
        Assert.Equal(["10.40.9.4", "10.40.9.5", "10.40.9.7"], new[] { 0, 1, 3 }.Select(number => BrokerNames.Address(IPNetwork.Parse("10.40.9.0/24"), number)));

    [Theory]
    [InlineData("rabbitmqVersion", "3.13.7-1", "must be a version 4")]
    [InlineData("rabbitmqVersion", "4.3.5-1'; reboot", "must be a version 4")]
    [InlineData("brokerSshKey", "a password", "is no public SSH key")]
    public async Task What_no_node_could_start_with_is_refused(string key, string value, string problem)
    {
        var refusal = await StackRun.RefusalAsync(StackFile.Read("prod").Set(key, value));

        Assert.Contains($"microblog:{key}", refusal);
        Assert.Contains(problem, refusal);
    }

    private static async Task<List<string>> Names(ResourceOptions options)
    {
        var resources = await Pulumi.Utilities.OutputUtilities.GetValueAsync(options.DependsOn.ToOutput());
        return [.. resources.Select(resource => resource.GetResourceName())];
    }
}
