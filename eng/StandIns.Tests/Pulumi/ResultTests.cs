using System.Collections.Immutable;
using Pulumi;
using Pulumi.Utilities;

namespace Microblog.StandIns.Tests;

public sealed class ResultTests
{
    private readonly Provider _provider = new();

    [Fact]
    public async Task What_the_provider_returns_has_the_types_of_the_program()
    {
        _provider.More["web"] = new()
        {
            ["tier"] = "basic",
            ["tags"] = new Dictionary<string, object> { ["a"] = "b" },
            ["disks"] = new[] { new Dictionary<string, object> { ["name"] = "data", ["size"] = 10 }, new Dictionary<string, object> { ["name"] = "logs" } },
            ["port"] = 80,
        };

        var server = await MadeAsync(new ServerArgs { Size = 4 });

        Assert.Equal(4, await server.Size.ValueAsync());
        Assert.Equal(Tier.Basic, await server.ServerTier.ValueAsync());
        Assert.Equal("b", (await server.Tags.ValueAsync())!["a"]);
        Assert.Equal([("data", 10), ("logs", (int?)null)], (await server.Disks.ValueAsync()).Select(disk => (disk.Name, disk.Size)));
        Assert.Equal(80, (await server.Port.ValueAsync()).AsT1);
        Assert.Equal("web-id", await server.Id.ValueAsync());
        Assert.Equal("urn:pulumi:stack::project::pulumi:pulumi:Stack$cloud:compute:Server::web", await server.Urn.ValueAsync());
        Assert.Equal([server], await OutputUtilities.GetDependenciesAsync(server.Size));
    }

    [Fact]
    public async Task What_the_provider_leaves_out_is_unknown_in_a_preview_and_null_after_it()
    {
        var planned = await MadeAsync(new ServerArgs { Size = 1 });
        Assert.False(await planned.Address.IsKnownAsync());
        Assert.True(await planned.Size.IsKnownAsync());

        var made = await MadeAsync(new ServerArgs { Size = 1 }, preview: false);
        Assert.True(await made.Address.IsKnownAsync());
        Assert.Null(await made.Address.ValueAsync());
    }

    [Fact]
    public async Task The_provider_can_return_secrets_and_unknowns()
    {
        _provider.More["web"] = new()
        {
            ["address"] = Output.CreateSecret("10.0.0.1"),
            ["tier"] = Outputs.Unknown<string>(),
            ["tags"] = new Dictionary<string, object> { ["token"] = Output.CreateSecret("t") },
        };

        var server = await MadeAsync(new ServerArgs { Size = 1 }, preview: false);

        Assert.True(await server.Address.IsSecretAsync());
        Assert.Equal("10.0.0.1", await server.Address.ValueAsync());
        Assert.False(await server.ServerTier.IsKnownAsync());
        Assert.True(await server.Tags.IsSecretAsync());
        Assert.False(await server.Size.IsSecretAsync());
    }

    [Fact]
    public async Task A_value_of_a_wrong_type_is_dropped_with_no_more_than_a_warning()
    {
        _provider.More["web"] = new() { ["address"] = 5, ["disks"] = "none", ["tags"] = new Dictionary<string, object> { ["a"] = 1 } };

        var server = await MadeAsync(new ServerArgs { Size = 1 }, preview: false);

        Assert.Null(await server.Address.ValueAsync());
        Assert.True((await server.Disks.ValueAsync()).IsDefault);
        Assert.Null((await server.Tags.ValueAsync())!["a"]);
    }

    [Fact]
    public async Task An_existing_resource_is_read_by_its_id()
    {
        Server? server = null;
        _provider.More["old"] = new() { ["size"] = 9 };

        await _provider.RunAsync(() => server = Server.Get("old", "srv-1"));

        Assert.Equal("srv-1", _provider["old"].Id);
        Assert.Equal("srv-1", await server!.Id.ValueAsync());
        Assert.Equal(9, await server.Size.ValueAsync());
    }

    [Fact]
    public async Task A_function_takes_and_returns_typed_values()
    {
        _provider.CallResult = new Dictionary<string, object> { ["zones"] = new[] { "1", "2" } };
        Output<ZoneResult>? zones = null;

        await _provider.RunAsync(() => zones = Deployment.Instance.Invoke<ZoneResult>("cloud:index:getZones", new ZoneArgs { Region = Output.CreateSecret("north") }));

        Assert.Equal(["1", "2"], (await zones!.ValueAsync()).Zones);
        var call = Assert.Single(_provider.Calls);
        Assert.Equal("cloud:index:getZones", call.Token);
        Assert.Equal("north", call.Args["region"]);
    }

    [Fact]
    public async Task A_function_is_not_called_while_an_argument_or_a_dependency_is_unknown()
    {
        Output<ZoneResult>? zones = null;

        await _provider.RunAsync(() => zones = Deployment.Instance.Invoke<ZoneResult>("cloud:index:getZones", new ZoneArgs { Region = Outputs.Unknown<string>() }));

        Assert.False(await zones!.IsKnownAsync());
        Assert.Empty(_provider.Calls);
    }

    [Fact]
    public async Task A_function_waits_for_what_it_depends_on_and_carries_it()
    {
        _provider.CallResult = new Dictionary<string, object> { ["zones"] = ImmutableArray.Create<object>("1") };
        Output<ZoneResult>? zones = null;
        Server? server = null;

        await _provider.RunAsync(() =>
        {
            server = new Server("web", new ServerArgs { Size = 1 });
            zones = Deployment.Instance.Invoke<ZoneResult>("cloud:index:getZones", new ZoneArgs { Region = "north" }, new InvokeOutputOptions { DependsOn = { server } });
        });

        Assert.Contains(server!, await OutputUtilities.GetDependenciesAsync(zones!));
        Assert.Single(_provider.Calls);
    }

    private async Task<Server> MadeAsync(ServerArgs args, bool preview = true)
    {
        Server? server = null;
        await _provider.RunAsync(() => server = new Server("web", args), preview);
        return server!;
    }
}
