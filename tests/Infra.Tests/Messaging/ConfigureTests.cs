using System.Text.Json;

namespace Microblog.Infra.Tests.Messaging;

/// <summary>How a node gets at its secrets.</summary>
public sealed class ConfigureTests
{
    [Fact]
    public async Task Secrets_land_where_only_the_broker_reads_them()
    {
        NodeFolder.SkipWhereToolsAreMissing();
        using var node = await NodeFolder.CreateAsync();

        var (code, _, errors) = await node.ConfigureAsync();

        Assert.True(code == 0, errors);
        Assert.Equal("a cookie", await node.TextAsync(".erlang.cookie"));
        Assert.Equal(await node.TextAsync("made/broker-key.pem"), await node.TextAsync("tls/key.pem"));
        var others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Assert.All(new[] { ".erlang.cookie", "tls", "tls/key.pem", "definitions.json" }, file => Assert.Equal(UnixFileMode.None, Shell.Mode(node.PathOf(file)) & others));
        var text = await node.TextAsync("definitions.json");
        Assert.DoesNotContain(NodeFolder.AdminPassword, text);
        using var definitions = JsonDocument.Parse(text);
        Assert.Equal(2, definitions.RootElement.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("password_hash").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task A_role_that_takes_its_time_is_waited_for()
    {
        NodeFolder.SkipWhereToolsAreMissing();
        using var node = await NodeFolder.CreateAsync();
        node.Azure.Refusals = 1;

        var (code, _, errors) = await node.ConfigureAsync();

        Assert.True(code == 0, errors);
    }

    [Fact]
    public async Task What_the_vault_said_last_serves_when_it_does_not_answer()
    {
        NodeFolder.SkipWhereToolsAreMissing();
        using var node = await NodeFolder.CreateAsync();
        await node.ConfigureAsync();
        var (before, key) = (await node.TextAsync("definitions.json"), await node.TextAsync("tls/key.pem"));
        node.Azure.Secrets.Clear();

        var (code, _, errors) = await node.ConfigureAsync(minutes: 0);

        Assert.Equal(0, code);
        Assert.Contains("what it said last time still serves", errors);
        Assert.Equal((before, key), (await node.TextAsync("definitions.json"), await node.TextAsync("tls/key.pem")));
    }

    [Fact]
    public async Task A_new_node_does_not_start_without_its_secrets()
    {
        NodeFolder.SkipWhereToolsAreMissing();
        using var node = await NodeFolder.CreateAsync();
        node.Azure.Secrets.Remove("broker-key");

        var (code, _, _) = await node.ConfigureAsync(minutes: 0);

        Assert.Equal(1, code);
        Assert.False(File.Exists(node.PathOf("definitions.json")));
    }

    [Fact]
    public async Task Only_what_has_changed_is_written_again()
    {
        NodeFolder.SkipWhereToolsAreMissing();
        using var node = await NodeFolder.CreateAsync();
        await node.ConfigureAsync();
        var first = await node.TextAsync("definitions.json");

        await node.RenewAsync();
        await node.ConfigureAsync();
        Assert.Equal(first, await node.TextAsync("definitions.json"));
        Assert.Equal(await node.TextAsync("made/broker.pem"), await node.TextAsync("tls/certificate.pem"));

        node.Azure.Secrets["broker-password"] = "a new one";
        await node.ConfigureAsync();
        Assert.NotEqual(first, await node.TextAsync("definitions.json"));
    }
}
