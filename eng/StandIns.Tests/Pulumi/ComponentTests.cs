using Pulumi;

namespace Microblog.StandIns.Tests;

public sealed class ComponentTests
{
    private readonly Provider _provider = new();

    [Fact]
    public async Task A_component_and_its_children_are_registered_in_that_order()
    {
        var resources = await _provider.RunAsync(() => _ = new Pair("db"));

        Assert.Equal("microblog:index:Pair", resources[0].GetResourceType());
        Assert.Equal(["db", "db-first", "db-second"], resources.Select(resource => resource.GetResourceName()).Order());
        Assert.Equal("microblog:index:Pair", _provider["db"].Type);
        Assert.Empty(_provider["db"].Inputs);
    }

    [Fact]
    public async Task A_component_registers_its_outputs()
    {
        Pair? pair = null;
        await _provider.RunAsync(() => pair = new Pair("db"));

        var request = Assert.Single(_provider.RegisteredOutputs, outputs => outputs.Urn.EndsWith("Pair::db", StringComparison.Ordinal));
        Assert.Equal("db-first-id db-second-id", await request.Outputs["addresses"].ValueAsync());
        Assert.Equal(await pair!.Urn.ValueAsync(), request.Urn);
    }

    [Fact]
    public async Task The_urn_of_a_child_names_the_outermost_parent_only()
    {
        Pair? pair = null;
        await _provider.RunAsync(() => pair = new Pair("db"));

        Assert.Equal("urn:pulumi:stack::project::pulumi:pulumi:Stack$microblog:index:Pair::db", await pair!.Urn.ValueAsync());
        Assert.Equal("urn:pulumi:stack::project::pulumi:pulumi:Stack$cloud:compute:Server::db-first", await pair.First.Urn.ValueAsync());
    }

    [Fact]
    public async Task Depending_on_a_component_is_depending_on_what_it_is_made_of()
    {
        await _provider.RunAsync(() =>
        {
            var pair = new Pair("db");
            _ = new Server("web", new ServerArgs { Size = 1 }, new CustomResourceOptions { DependsOn = { pair } });
        });

        Assert.Equal("web", _provider.Registrations[^1].Name);
    }

    [Fact]
    public async Task A_resource_is_registered_after_those_whose_values_it_takes()
    {
        await _provider.RunAsync(() =>
        {
            var gate = new DeferredOutput<int>();
            var last = new Server("last", new ServerArgs { Size = gate.Output });
            var first = new Server("first", new ServerArgs { Size = 1 });
            gate.Resolve(first.Size);
            _ = last;
        });

        Assert.Equal(["first", "last"], _provider.Registrations.Select(registration => registration.Name));
        Assert.Equal(1.0, _provider["last"].Inputs["size"]);
    }

    [Fact]
    public async Task A_provider_given_to_a_component_is_that_of_its_children()
    {
        await _provider.RunAsync(() =>
        {
            _ = new Pair("db", new ComponentResourceOptions { Provider = new CloudProvider("north") });
            _ = new Server("web", new ServerArgs { Size = 1 });
        });

        Assert.Equal("urn:pulumi:stack::project::pulumi:pulumi:Stack$pulumi:providers:cloud::north::north-id", _provider["db-first"].Provider);
        Assert.Equal("", _provider["web"].Provider);
    }

    [Fact]
    public async Task Protection_is_inherited_by_children_that_do_not_say_otherwise()
    {
        var seen = new Dictionary<string, bool?>();
        await _provider.RunAsync(() =>
        {
            var parent = new Pair("db", new ComponentResourceOptions
            {
                Protect = true,
                ResourceTransformations =
                {
                    args =>
                    {
                        seen[args.Resource.GetResourceName()] = args.Options.Protect;
                        return null;
                    },
                },
            });
            _ = parent;
        });

        // What is inherited is filled in after the transformations: they see what the program wrote.
        Assert.Equal(true, seen["db"]);
        Assert.Null(seen["db-first"]);
    }
}
