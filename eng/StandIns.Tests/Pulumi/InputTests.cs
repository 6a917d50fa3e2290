using System.Collections.Immutable;
using System.Text.Json;
using Pulumi;

namespace Microblog.StandIns.Tests;

public sealed class InputTests
{
    private readonly Provider _provider = new();

    [Fact]
    public async Task Inputs_arrive_as_plain_values_under_their_own_names()
    {
        var inputs = await _provider.InputsOfAsync(() => new ServerArgs
        {
            Size = 3,
            Share = 0.5,
            Public = true,
            Tier = Tier.Basic,
            Port = 8080,
            Tags = { ["team"] = "edge" },
            Disks = { new DiskArgs { Name = "data", Size = 10 }, new DiskArgs { Name = Output.Create("logs") } },
        });

        Assert.Equal(3.0, inputs["size"]);
        Assert.Equal(0.5, inputs["share"]);
        Assert.Equal(true, inputs["public"]);
        Assert.Equal("basic", inputs["tier"]);
        Assert.Equal(8080.0, inputs["port"]);
        Assert.Equal("edge", Assert.IsType<ImmutableDictionary<string, object>>(inputs["tags"])["team"]);
        var disks = Assert.IsType<ImmutableArray<object>>(inputs["disks"]);
        Assert.Equal(10.0, Assert.IsType<ImmutableDictionary<string, object>>(disks[0])["size"]);
        Assert.Equal("logs", Assert.Single(Assert.IsType<ImmutableDictionary<string, object>>(disks[1])).Value);
    }

    [Fact]
    public async Task What_is_not_set_is_not_there()
    {
        var inputs = await _provider.InputsOfAsync(() => new ServerArgs { Size = 1, Address = (string?)null! });

        Assert.Equal(["size"], inputs.Keys);
    }

    [Fact]
    public async Task A_list_that_was_only_looked_at_is_empty()
    {
        var args = new ServerArgs { Size = 1 };
        _ = args.Disks;

        var inputs = await _provider.InputsOfAsync(() => args);

        Assert.Empty(Assert.IsType<ImmutableArray<object>>(inputs["disks"]));
        Assert.DoesNotContain("tags", inputs.Keys);
    }

    [Fact]
    public async Task Secrets_arrive_as_their_values()
    {
        var inputs = await _provider.InputsOfAsync(() => new ServerArgs
        {
            Size = Output.CreateSecret(1),
            Tags = { ["password"] = Output.CreateSecret("pw") },
        });

        Assert.Equal(1.0, inputs["size"]);
        Assert.Equal("pw", Assert.IsType<ImmutableDictionary<string, object>>(inputs["tags"])["password"]);
    }

    [Fact]
    public async Task A_property_of_which_any_part_is_unknown_is_not_there()
    {
        var inputs = await _provider.InputsOfAsync(() => new ServerArgs
        {
            Size = Outputs.Unknown<int>(),
            Address = "here",
            Tags = { ["a"] = "known", ["b"] = Outputs.Unknown<string>() },
            Disks = { new DiskArgs { Name = Outputs.Unknown<string>() } },
        });

        Assert.Equal(["address"], inputs.Keys);
    }

    [Fact]
    public async Task An_object_may_be_anything_that_is_plain_in_the_end()
    {
        var inputs = await _provider.InputsOfAsync(() => new ServerArgs
        {
            Size = 1,
            Anything = new Dictionary<string, object?>
            {
                ["list"] = new List<int> { 1, 2 },
                ["none"] = null,
                ["args"] = new DiskArgs { Name = "x" },
                ["json"] = JsonDocument.Parse("""{"a":[1,null]}""").RootElement,
                ["__internal"] = "kept from the program",
            },
        });

        var anything = Assert.IsType<ImmutableDictionary<string, object>>(inputs["anything"]);
        Assert.Equal(["args", "json", "list"], anything.Keys.Order());
        Assert.Equal(new object[] { 1.0, 2.0 }, Assert.IsType<ImmutableArray<object>>(anything["list"]));
        Assert.Equal("x", Assert.IsType<ImmutableDictionary<string, object>>(anything["args"])["name"]);
        var json = Assert.IsType<ImmutableDictionary<string, object>>(anything["json"]);
        Assert.Equal(new object?[] { 1.0, null }, Assert.IsType<ImmutableArray<object>>(json["a"]));
    }

    [Fact]
    public async Task An_input_that_the_provider_wants_as_json_is_text()
    {
        var inputs = await _provider.InputsOfAsync(() => new ServerArgs { Size = 1, Settings = new InputMap<int> { ["b"] = 2, ["a"] = 1 } });

        Assert.Equal("""{ "a": 1, "b": 2 }""", inputs["settings"]);
    }

    [Fact]
    public async Task A_required_input_that_is_missing_fails_the_run_by_its_name()
    {
        var failure = await Assert.ThrowsAsync<RunException>(() => _provider.RunAsync(() => _ = new Server("web", new ServerArgs())));
        Assert.Contains("[Input] Microblog.StandIns.Tests.ServerArgs.Size is required but was not given a value", failure.Message, StringComparison.Ordinal);

        var nested = await Assert.ThrowsAsync<RunException>(() =>
            new Provider().RunAsync(() => _ = new Server("web", new ServerArgs { Size = 1, Disks = { new DiskArgs() } })));
        Assert.Contains("DiskArgs.Name is required but was not given a value", nested.Message, StringComparison.Ordinal);
        Assert.Contains("error serializing property \"disks\"", nested.Message, StringComparison.Ordinal);
        Assert.Empty(_provider.Registrations);
    }

    [Fact]
    public async Task What_has_no_plain_form_is_refused()
    {
        var failure = await Assert.ThrowsAsync<RunException>(() =>
            _provider.InputsOfAsync(() => new ServerArgs { Size = 1, Anything = 5L }));
        Assert.Contains("System.Int64 is not a supported argument type", failure.Message, StringComparison.Ordinal);

        var task = await Assert.ThrowsAsync<RunException>(() =>
            new Provider().InputsOfAsync(() => new ServerArgs { Size = 1, Anything = Task.FromResult(1) }));
        Assert.Contains("Tasks are not allowed inside ResourceArgs", task.Message, StringComparison.Ordinal);
    }
}
