using Pulumi;

namespace Microblog.StandIns.Tests;

public sealed class OptionsTests
{
    private readonly Provider _provider = new();

    [Fact]
    public async Task Transformations_of_the_stack_see_every_resource_with_its_options()
    {
        WatchedStack.Seen.Clear();

        await Deployment.TestAsync<WatchedStack>(_provider);

        // The stack calls them for itself as well.
        Assert.Equal(["db", "db-first", "db-second", "project-stack", "web"], WatchedStack.Seen.Keys.Order());
        Assert.Equal(true, WatchedStack.Seen["web"].Protect);
        Assert.Equal(["tags"], WatchedStack.Seen["web"].IgnoreChanges);
        Assert.Equal("db", WatchedStack.Seen["db-first"].Parent!.GetResourceName());
        Assert.Equal("db", Assert.Single(await WatchedStack.Seen["web"].DependsOn.ToOutput().ValueAsync()).GetResourceName());
    }

    [Fact]
    public async Task A_transformation_can_replace_arguments_and_options_but_not_the_parent()
    {
        await _provider.RunAsync(() => _ = new Server("web", new ServerArgs { Size = 1 }, new CustomResourceOptions
        {
            ResourceTransformations = { args => new ResourceTransformationResult(new ServerArgs { Size = 7 }, args.Options) },
        }));
        Assert.Equal(7.0, _provider["web"].Inputs["size"]);

        var failure = await Assert.ThrowsAsync<RunException>(() => _provider.RunAsync(() => _ = new Server("late", new ServerArgs { Size = 1 }, new CustomResourceOptions
        {
            ResourceTransformations = { args => new ResourceTransformationResult(args.Args, new CustomResourceOptions { Parent = new Pair("other") }) },
        })));
        Assert.Contains("Transformations cannot currently be used to change the 'parent' of a resource.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Merging_joins_lists_and_lets_the_second_win_without_touching_either()
    {
        var first = new CustomResourceOptions { Protect = true, IgnoreChanges = { "a" }, ImportId = "one", AdditionalSecretOutputs = { "x" } };
        var second = new CustomResourceOptions
        {
            IgnoreChanges = { "b" },
            ImportId = "two",
            RetainOnDelete = true,
            DeleteBeforeReplace = true,
            AdditionalSecretOutputs = { "y" },
            CustomTimeouts = new CustomTimeouts { Create = TimeSpan.FromMinutes(30) },
            Aliases = { new Alias { Name = "old" } },
        };

        var merged = CustomResourceOptions.Merge(first, second);

        Assert.Equal(["a", "b"], merged.IgnoreChanges);
        Assert.Equal(["x", "y"], merged.AdditionalSecretOutputs);
        Assert.Equal((true, "two", true, true), (merged.Protect, merged.ImportId, merged.RetainOnDelete, merged.DeleteBeforeReplace));
        Assert.Equal(TimeSpan.FromMinutes(30), merged.CustomTimeouts!.Create);
        Assert.Single(merged.Aliases);
        Assert.Empty(await merged.DependsOn.ToOutput().ValueAsync());
        Assert.Equal(["a"], first.IgnoreChanges);
        Assert.Equal("one", CustomResourceOptions.Merge(first, null).ImportId);
        Assert.NotNull(ComponentResourceOptions.Merge(null, null));
    }

    [Fact]
    public async Task Merging_components_keeps_one_provider_for_each_package()
    {
        await _provider.RunAsync(() =>
        {
            var (north, south) = (new CloudProvider("north"), new CloudProvider("south"));
            var merged = ComponentResourceOptions.Merge(
                new ComponentResourceOptions { Providers = { north } }, new ComponentResourceOptions { Providers = { south } });
            Assert.Equal([south], merged.Providers);
        });
    }

    [Fact]
    public async Task A_resource_takes_the_id_that_it_imports()
    {
        await _provider.RunAsync(() => _ = new Server("web", new ServerArgs { Size = 1 }, new CustomResourceOptions { ImportId = "srv-7" }));

        Assert.Equal("srv-7", _provider["web"].Id);
    }

    private sealed class WatchedStack : Stack
    {
        public static readonly Dictionary<string, ResourceOptions> Seen = [];

        public WatchedStack() : base(new StackOptions { ResourceTransformations = { Watch } })
        {
            var pair = new Pair("db");
            _ = new Server("web", new ServerArgs { Size = 1 }, new CustomResourceOptions { Protect = true, IgnoreChanges = { "tags" }, DependsOn = { pair } });
        }

        private static ResourceTransformationResult? Watch(ResourceTransformationArgs args)
        {
            Seen[args.Resource.GetResourceName()] = args.Options;
            return null;
        }
    }
}
