using Microblog.Infra.Components;
using YamlDotNet.Serialization;

namespace Microblog.Infra.Tests.Messaging;

public sealed class BrokerCloudInitTests
{
    private static readonly BrokerMachine Second = new(2, 3, "prod", "4.3.5-1", 64, "https://vault.example/", "11111111-2222-3333-4444-555555555555");

    [Fact]
    public void Every_file_lands_on_the_machine_as_it_is_here()
    {
        var files = Files(BrokerCloudInit.Render(Second));
        var sources = typeof(BrokerCloudInit).Assembly.GetManifestResourceNames().Where(name => name.StartsWith("broker/", StringComparison.Ordinal) && name != "broker/cloud-init.yaml").ToList();

        var expected = sources.Select(name => BrokerCloudInit.Fill(name["broker/".Length..], Second)).Append("[rabbitmq_management,rabbitmq_prometheus].\n");

        Assert.Equal(expected.Order(StringComparer.Ordinal), files.Values.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_node_knows_itself_and_its_peers_by_name()
    {
        var files = Files(BrokerCloudInit.Render(Second));

        Assert.Contains("NODENAME=rabbit@rmq-2.prod.microblog.internal\n", files["/etc/rabbitmq/rabbitmq-env.conf"]);
        Assert.Equal(["rmq-1", "rmq-2", "rmq-3"], Peers(files));
    }

    [Fact]
    public void A_node_alone_waits_for_nobody()
    {
        var files = Files(BrokerCloudInit.Render(Second with { Number = 1, Nodes = 1 }));

        Assert.Equal(["rmq-1"], Peers(files));
        Assert.Contains("last_node='rabbit@rmq-1.prod.microblog.internal'", files["/etc/microblog-broker/settings"]);
    }

    [Fact]
    public void Publishers_wait_while_there_is_room_on_the_disk()
    {
        Assert.Contains("disk_free_limit.absolute = 8GB\n", BrokerCloudInit.Fill("rabbitmq.conf", Second));
        Assert.Contains("disk_free_limit.absolute = 2GB\n", BrokerCloudInit.Fill("rabbitmq.conf", Second with { DiskGB = 8 }));
    }

    [Fact]
    public void Azure_takes_it_with_the_longest_names()
    {
        var data = BrokerCloudInit.CustomData(Second with { Stack = "abcdefghij-k", Vault = $"https://{new string('v', 24)}.vault.azure.net/" });

        Assert.InRange(data.Length, 1, 65_535);
    }

    [Theory]
    [InlineData("install.sh")]
    [InlineData("configure.sh")]
    [InlineData("ready.sh")]
    [InlineData("events.sh")]
    [InlineData("export.sh")]
    [InlineData("stats.sh")]
    [InlineData("common.sh")]
    [InlineData("settings")]
    public async Task Scripts_can_be_read_by_the_shell(string file)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("microblog-tests-").FullName, file);
        await File.WriteAllTextAsync(path, BrokerCloudInit.Fill(file, Second));

        var (code, _, errors) = await Shell.RunAsync("bash", ["-n", path]);

        Assert.Equal((0, ""), (code, errors));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void Every_unit_and_every_script_is_named_where_it_is_used()
    {
        var files = Files(BrokerCloudInit.Render(Second));

        foreach (var script in files.Values.SelectMany(text => text.Split('\n')).Where(line => line.StartsWith("ExecStart=/usr/local/", StringComparison.Ordinal)))
        {
            Assert.Contains(script["ExecStart=".Length..].Split(' ')[0], files.Keys);
        }
        foreach (var unit in files.Keys.Where(path => path.StartsWith("/etc/systemd/system/microblog-", StringComparison.Ordinal) && files[path].Contains("[Install]", StringComparison.Ordinal)))
        {
            Assert.Contains(Path.GetFileName(unit), files["/usr/local/lib/microblog-broker/install"]);
        }
    }

    private static IEnumerable<string> Peers(Dictionary<string, string> files) =>
        files["/etc/rabbitmq/rabbitmq.conf"].Split('\n').Where(line => line.StartsWith("cluster_formation.classic_config.nodes.", StringComparison.Ordinal)).Select(line => line.Split('@')[1].Split('.')[0]);

    /// <summary>Path to content, as cloud-init reads them.</summary>
    private static Dictionary<string, string> Files(string document)
    {
        Assert.StartsWith("#cloud-config\n", document);
        var files = (List<object>)new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(document)["write_files"];
        return files.Cast<Dictionary<object, object>>().ToDictionary(file => (string)file["path"], file => (string)file["content"]);
    }
}
