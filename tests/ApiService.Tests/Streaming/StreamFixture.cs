using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Streaming;

/// <summary>Two processes of the API and a worker, which consumes.</summary>
/// <param name="backends">The servers.</param>
public sealed class StreamFixture(Backends backends) : ApiFixture(backends)
{
    /// <summary>The worker.</summary>
    public WorkerHost Worker { get; private set; } = null!;

    /// <summary>Another process of the API.</summary>
    public ApiHost Other { get; private set; } = null!;

    // Tokens are not looked at again while a test runs: a revocation has to be heard of.
    protected override string[] Settings => ["--Microblog:Streaming:Thump=00:00:00.200", "--Microblog:Streaming:Ping=00:00:00.200", "--Microblog:Streaming:PerAccount=5", "--Microblog:Streaming:TokenCheck=01:00:00"];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Worker = await WorkerHost.StartAsync(Sandbox);
        Other = await ApiHost.StartAsync(Sandbox, Settings);
        // Events are heard of, not found: the tests of what happens without Redis are elsewhere.
        await LiveAsync(Api);
        await LiveAsync(Other);
    }

    /// <summary>Waits until a process hears events over Redis.</summary>
    public static Task LiveAsync(ApiHost api) => Eventually.HoldsAsync("the hub to hear Redis", () => Task.FromResult(api.Get<ApiService.Streaming.StreamHub>().IsLive));

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Worker.DisposeAsync();
        await Other.DisposeAsync();
        await base.DisposeAsync();
    }
}
