using System.Collections.Immutable;
using System.Reflection;
using Pulumi.Testing;

namespace Pulumi;

public sealed partial class Deployment
{
    public static Task<int> RunAsync(Action action) => RunWithEngineAsync();

    public static Task<int> RunAsync(Func<IDictionary<string, object?>> func) => RunWithEngineAsync();

    public static Task<int> RunAsync(Func<Task> func) => RunWithEngineAsync();

    public static Task<int> RunAsync(Func<Task<IDictionary<string, object?>>> func, StackOptions? options = null) => RunWithEngineAsync();

    public static Task<int> RunAsync<TStack>() where TStack : Stack, new() => RunWithEngineAsync();

    public static Task<int> RunAsync<TStack>(IServiceProvider serviceProvider) where TStack : Stack => RunWithEngineAsync();

    /// <summary>Runs a stack against mocks and returns what it registered, the stack included.</summary>
    /// <exception cref="RunException">The program failed or logged an error; an <see cref="AggregateException"/> of these if more than one did.</exception>
    public static async Task<ImmutableArray<Resource>> TestAsync<TStack>(IMocks mocks, TestOptions? options = null) where TStack : Stack, new() =>
        await RunTestAsync(mocks, options, () => (TStack)Activator.CreateInstance(typeof(TStack), BindingFlags.DoNotWrapExceptions, binder: null, args: null, culture: null)!).ConfigureAwait(false);

    public static async Task<ImmutableArray<Resource>> TestWithServiceProviderAsync<TStack>(
        IMocks mocks, IServiceProvider serviceProvider, TestOptions? options = null) where TStack : Stack =>
        await RunTestAsync(mocks, options, () => (TStack?)serviceProvider.GetService(typeof(TStack)) ?? throw new InvalidOperationException(
            $"Failed to resolve instance of type {typeof(TStack)} from service provider. Register the type with the service provider before calling RunAsync."))
            .ConfigureAwait(false);

    public static async Task<ImmutableArray<Resource>> TestAsync(IMocks testMocks, TestOptions testOptions, Action createResources) =>
        (await TestAsync(testMocks, testOptions, () =>
        {
            createResources();
            return new Dictionary<string, object?>();
        }).ConfigureAwait(false)).Resources;

    public static async Task<ImmutableArray<Resource>> TestAsync(IMocks testMocks, TestOptions testOptions, Func<Task> createResources) =>
        (await TestAsync(testMocks, testOptions, () =>
        {
            createResources().GetAwaiter().GetResult();
            return new Dictionary<string, object?>();
        }).ConfigureAwait(false)).Resources;

    public static Task<(ImmutableArray<Resource> Resources, IDictionary<string, object?> Outputs)> TestAsync(
        IMocks testMocks, TestOptions testOptions, Func<Task<IDictionary<string, object?>>> createResources) =>
        TestAsync(testMocks, testOptions, () => createResources().GetAwaiter().GetResult());

    /// <summary>Runs a function as the program and returns what it registered, without the stack, and its outputs.</summary>
    public static async Task<(ImmutableArray<Resource> Resources, IDictionary<string, object?> Outputs)> TestAsync(
        IMocks testMocks, TestOptions testOptions, Func<IDictionary<string, object?>> createResources)
    {
        IDictionary<string, object?> outputs = new Dictionary<string, object?>();
        var resources = await RunTestAsync(testMocks, testOptions, () =>
        {
            var stack = new Stack();
            outputs = createResources();
            return stack;
        }).ConfigureAwait(false);
        return (resources.RemoveAll(resource => resource is Stack), outputs);
    }

    // Async, so that the run that is the current one here is nobody's afterwards.
    private static async Task<ImmutableArray<Resource>> RunTestAsync(IMocks mocks, TestOptions? options, Func<Stack> program)
    {
        if (Running.Value is not null)
        {
            throw new InvalidOperationException("Deployment.Instance should only be set once at the beginning of a 'Run' call.");
        }

        var deployment = new Deployment(mocks, options);
        Running.Value = new(deployment);
        foreach (var failure in await deployment.FailuresOfAsync(program).ConfigureAwait(false))
        {
            deployment.LogError(failure switch
            {
                RunException => failure.Message,
                ResourceException { HideStack: true } => failure.Message,
                ResourceException => failure.ToString(),
                _ => $"Running program '{Assembly.GetEntryAssembly()?.Location}' failed with an unhandled exception:\n{failure}",
            });
        }

        lock (deployment._errors)
        {
            return deployment._errors switch
            {
                [] => deployment.Registered(),
                [var only] => throw new RunException(only),
                var several => throw new AggregateException(several.Select(error => new RunException(error))),
            };
        }
    }

    private async Task<IReadOnlyList<Exception>> FailuresOfAsync(Func<Stack> program)
    {
        try
        {
            program().RegisterPropertyOutputs();
        }
        catch (Exception exception)
        {
            return [exception];
        }

        return await Tasks.WhenIdleOrFailedAsync().ConfigureAwait(false);
    }

    private static Task<int> RunWithEngineAsync()
    {
        string[] needed = ["PULUMI_MONITOR", "PULUMI_ENGINE", "PULUMI_PROJECT", "PULUMI_STACK"];
        return Task.FromException<int>(needed.Any(name => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            ? new InvalidOperationException("Program run without the Pulumi engine available; re-run using the `pulumi` CLI")
            : new NotSupportedException(
                "Deployment.RunAsync: this program was built against a substitute of the Pulumi SDK, which can test but not deploy. "
                + "Build it where the package feed carries the package Pulumi."));
    }
}
