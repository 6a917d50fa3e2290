using Pulumi;
using Pulumi.Testing;

namespace Microblog.StandIns.Tests;

public sealed class RunTests
{
    private readonly Provider _provider = new();

    [Fact]
    public async Task A_stack_is_among_its_resources_with_its_outputs()
    {
        var resources = await Deployment.TestAsync<GoodStack>(_provider, new TestOptions { ProjectName = "blog", StackName = "prod" });

        var stack = Assert.Single(resources.OfType<GoodStack>());
        Assert.Equal("blog-prod", stack.GetResourceName());
        Assert.Equal("urn:pulumi:prod::blog::pulumi:pulumi:Stack::blog-prod", await stack.Urn.ValueAsync());
        Assert.Equal("web-id", await stack.Id.ValueAsync());
        Assert.Equal("web-id", await Assert.Single(_provider.RegisteredOutputs).Outputs["serverId"].ValueAsync());
        Assert.Single(_provider.Registrations);
    }

    [Fact]
    public async Task A_stack_that_leaves_an_output_unset_fails()
    {
        var failure = await Assert.ThrowsAsync<RunException>(() => Deployment.TestAsync<ForgetfulStack>(_provider));

        Assert.Equal("Output(s) 'Url' have no value assigned. [Output] attributed properties must be assigned inside Stack constructor.", failure.Message);
    }

    [Fact]
    public async Task A_function_returns_its_resources_without_the_stack_and_its_outputs()
    {
        var (resources, outputs) = await Deployment.TestAsync(_provider, new TestOptions(), () =>
        {
            var server = new Server("web", new ServerArgs { Size = 2 });
            return new Dictionary<string, object?> { ["size"] = server.Size };
        });

        Assert.Equal("web", Assert.Single(resources).GetResourceName());
        Assert.Equal(2, await Assert.IsType<Output<int>>(outputs["size"]).ValueAsync());
    }

    [Fact]
    public async Task An_asynchronous_program_is_awaited()
    {
        var resources = await Deployment.TestAsync(_provider, new TestOptions(), async () =>
        {
            await Task.Yield();
            _ = new Server("web", new ServerArgs { Size = 2 });
        });

        Assert.Single(resources);
    }

    [Fact]
    public async Task The_run_says_what_it_is()
    {
        await Deployment.TestAsync(_provider, new TestOptions { ProjectName = "p", StackName = "s", OrganizationName = "o", RootDirectory = "/r", IsPreview = false }, () =>
        {
            var run = Deployment.Instance;
            Assert.Equal(("p", "s", "o", "/r", false), (run.ProjectName, run.StackName, run.OrganizationName, run.RootDirectory, run.IsDryRun));
        });
        await _provider.RunAsync(() => Assert.True(Deployment.Instance.IsDryRun));
    }

    [Fact]
    public async Task The_program_fails_when_anything_in_it_does()
    {
        var inApply = await Assert.ThrowsAsync<RunException>(() => _provider.RunAsync(() =>
            new Server("web", new ServerArgs { Size = 1 }).Size.Apply((Func<int, int>)(_ => throw new FormatException("inside apply")))));
        Assert.Contains("inside apply", inApply.Message, StringComparison.Ordinal);
        Assert.Contains("failed with an unhandled exception", inApply.Message, StringComparison.Ordinal);

        var own = await Assert.ThrowsAsync<RunException>(() => _provider.RunAsync(() => throw new RunException("said plainly")));
        Assert.Equal("said plainly", own.Message);

        var ofResource = await Assert.ThrowsAsync<RunException>(() => _provider.RunAsync(() => throw new ResourceException("of a resource", null, hideStack: true)));
        Assert.Equal("of a resource", ofResource.Message);

        var logged = await Assert.ThrowsAsync<RunException>(() => _provider.RunAsync(() => Log.Error("logged")));
        Assert.Equal("logged", logged.Message);

        var all = await Assert.ThrowsAsync<AggregateException>(() => _provider.RunAsync(() =>
        {
            Log.Error("one");
            Log.Error("two");
        }));
        Assert.Equal(["one", "two"], all.InnerExceptions.Select(exception => exception.Message).Order());
    }

    [Fact]
    public async Task A_provider_that_fails_fails_the_program()
    {
        var failure = await Assert.ThrowsAsync<RunException>(() =>
            Deployment.TestAsync(new FailingProvider(), new TestOptions(), () => _ = new Server("web", new ServerArgs { Size = 1 })));

        Assert.Contains("quota exceeded", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_that_are_no_errors_are_nothing_to_fail_for()
    {
        await _provider.RunAsync(() =>
        {
            Log.Warn("careful");
            Log.Info("fine");
            Log.Debug("detail");
        });
    }

    [Fact]
    public async Task Nothing_is_current_outside_of_a_run()
    {
        await _provider.RunAsync(() => { });

        Assert.Equal("Trying to acquire Deployment.Instance before 'Run' was called.", Assert.Throws<InvalidOperationException>(() => Deployment.Instance).Message);
        Assert.Throws<InvalidOperationException>(() => new Config());
    }

    [Fact]
    public async Task A_program_cannot_be_deployed_without_the_engine()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Deployment.RunAsync<GoodStack>());
        Assert.Equal("Program run without the Pulumi engine available; re-run using the `pulumi` CLI", failure.Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Deployment.RunAsync(() => { }));
    }

    [Fact]
    public async Task Another_stack_shows_its_outputs_and_keeps_its_secrets()
    {
        _provider.More["org/net/prod"] = new()
        {
            ["outputs"] = new Dictionary<string, object> { ["subnet"] = "s-1", ["key"] = "k" },
            ["secretOutputNames"] = new[] { "key" },
        };
        Output<object?>? subnet = null, key = null, missing = null;

        await _provider.RunAsync(() =>
        {
            var reference = new StackReference("org/net/prod");
            subnet = reference.GetOutput("subnet");
            key = reference.GetOutput("key");
            missing = reference.GetOutput("missing");
        });

        Assert.Equal(("s-1", false), (await subnet!.ValueAsync(), await subnet!.IsSecretAsync()));
        Assert.Equal(("k", true), (await key!.ValueAsync(), await key!.IsSecretAsync()));
        Assert.Null(await missing!.ValueAsync());
        var failure = await Assert.ThrowsAsync<RunException>(() => _provider.RunAsync(() => new StackReference("org/net/prod").RequireOutput("missing")));
        Assert.Contains("Required output 'missing' does not exist on stack 'org/net/prod'.", failure.Message, StringComparison.Ordinal);
    }

    private sealed class GoodStack : Stack
    {
        public GoodStack() => Id = new Server("web", new ServerArgs { Size = 1 }).Id;

        [Output("serverId")]
        public Output<string> Id { get; private set; }
    }

    private sealed class ForgetfulStack : Stack
    {
        [Output]
        public Output<string>? Url { get; set; }
    }

    private sealed class FailingProvider : IMocks
    {
        public Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args) => throw new InvalidOperationException("quota exceeded");

        public Task<object> CallAsync(MockCallArgs args) => throw new InvalidOperationException("quota exceeded");
    }
}
