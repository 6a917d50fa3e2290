using Microblog.Contracts;
using Microblog.Infra.AppModel;

namespace Microblog.AppHost.Publishing;

/// <summary>What is said of the services for deployments only. A stack may size them by its load; these are the bounds of an ordinary one.</summary>
internal static class Deployment
{
    /// <summary>The API: three replicas, so that each of three zones has one; two GiB, as two pictures are decoded at a time.</summary>
    public static readonly Scale Api = new() { Min = 3, Max = 30, Cpu = 1, MemoryGiB = 2, HttpConcurrency = 100 };

    /// <summary>
    /// The worker. A queue is as long as its replicas handle within seconds: a replica has 200 feed messages, four slices of 2,000 followers and 64
    /// pushes in its hands at a time.
    /// </summary>
    public static readonly Scale Worker = new()
    {
        Min = 3,
        Max = 20,
        Queues = [(BrokerTopology.FeedQueue, 500), (BrokerTopology.SliceQueue, 20), (BrokerTopology.PushQueue, 1000)],
    };

    /// <summary>Media never change under their address; the keys for tokens may be a minute old. Everything else asks the API each time.</summary>
    public static readonly RoutesSpec Routes = new(
        [new("/media/*", 31_536_000), new("/oauth/jwks", 60)],
        ["/api/v1/streaming", "/api/v1/streaming/*"],
        "/api/v1/streaming/health",
        18 * 1024 * 1024);
}
