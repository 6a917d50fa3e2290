using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Push;

/// <summary>An API and a worker that may push to this machine.</summary>
/// <param name="backends">The servers.</param>
public sealed class PushFixture(Backends backends) : ApiFixture(backends)
{
    private WorkerHost? _worker;

    /// <summary>The worker, which consumes.</summary>
    public WorkerHost Worker => _worker!;

    protected override string[] Settings => ["--Microblog:PushToLocalAddresses=true"];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _worker = await WorkerHost.StartAsync(Sandbox, "--Microblog:PushToLocalAddresses=true", "--Microblog:ContactEmail=admin@example.org");
    }

    public override async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }
        await base.DisposeAsync();
    }

    /// <summary>Subscribes somebody to everything but what is said otherwise.</summary>
    public static Task<Answer> SubscribeAsync(Person person, PushReceiver receiver, string policy = "all", bool standard = true, bool mention = true) =>
        person.PostAsync("/api/v1/push/subscription", new
        {
            subscription = receiver.Subscription(standard),
            data = new { policy, alerts = new { mention, follow = true, favourite = true, reblog = true } },
        });
}
