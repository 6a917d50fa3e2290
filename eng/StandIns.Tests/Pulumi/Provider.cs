using System.Collections.Immutable;
using Pulumi;
using Pulumi.Testing;
using Pulumi.Utilities;

namespace Microblog.StandIns.Tests;

/// <summary>Answers a registration with its own inputs and the id `name-id`, and remembers what it was asked.</summary>
internal sealed class Provider : IMocks
{
    private readonly Lock _gate = new();

    public List<MockResourceArgs> Registrations { get; } = [];

    public List<MockCallArgs> Calls { get; } = [];

    public List<MockRegisterResourceOutputsRequest> RegisteredOutputs { get; } = [];

    /// <summary>What a resource of that name has besides its inputs.</summary>
    public Dictionary<string, Dictionary<string, object>> More { get; } = [];

    public object CallResult { get; set; } = new Dictionary<string, object>();

    public MockResourceArgs this[string name] => Assert.Single(Registrations, registration => registration.Name == name);

    public Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args)
    {
        lock (_gate)
        {
            Registrations.Add(args);
        }

        var state = args.Inputs.SetItems(More.GetValueOrDefault(args.Name!, []));
        return Task.FromResult<(string?, object)>((string.IsNullOrEmpty(args.Id) ? $"{args.Name}-id" : args.Id, state));
    }

    public Task<object> CallAsync(MockCallArgs args)
    {
        lock (_gate)
        {
            Calls.Add(args);
        }

        return Task.FromResult(CallResult);
    }

    public Task RegisterResourceOutputs(MockRegisterResourceOutputsRequest args)
    {
        lock (_gate)
        {
            RegisteredOutputs.Add(args);
        }

        return Task.CompletedTask;
    }

    public Task<ImmutableArray<Resource>> RunAsync(Action program, bool preview = true) =>
        Deployment.TestAsync(this, new TestOptions { IsPreview = preview }, program);

    /// <summary>Runs a program that makes one server and returns what the provider was given for it.</summary>
    public async Task<ImmutableDictionary<string, object>> InputsOfAsync(Func<ServerArgs> args)
    {
        await RunAsync(() => _ = new Server("web", args()));
        return this["web"].Inputs;
    }
}

/// <summary>What is in an output.</summary>
internal static class Outputs
{
    public static Task<T> ValueAsync<T>(this Output<T> output) => OutputUtilities.GetValueAsync(output);

    public static Task<bool> IsKnownAsync<T>(this Output<T> output) => OutputUtilities.GetIsKnownAsync(output);

    public static Task<bool> IsSecretAsync<T>(this Output<T> output) => Output.IsSecretAsync(output);

    public static Output<T> Unknown<T>() => OutputUtilities.CreateUnknown(default(T)!);
}
