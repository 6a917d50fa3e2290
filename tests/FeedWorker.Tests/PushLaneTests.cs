using Microblog.FeedWorker.Push;

namespace Microblog.FeedWorker.Tests;

public sealed class PushLaneTests
{
    [Fact]
    public async Task A_service_that_hangs_gets_half_of_the_handlers_and_others_go_on()
    {
        var lanes = new PushLanes();
        var hangs = new TaskCompletionSource<bool>();
        var waiting = Enumerable.Range(0, PushLanes.Places).Select(_ => lanes.RunAsync("slow", () => hangs.Task, TestContext.Current.CancellationToken)).ToList();

        await Assert.ThrowsAsync<PushDelayedException>(() => lanes.RunAsync("slow", () => Task.FromResult(true), TestContext.Current.CancellationToken));
        await lanes.RunAsync("fast", () => Task.FromResult(true), TestContext.Current.CancellationToken);

        hangs.SetResult(true);
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task A_service_that_failed_gets_one_request_at_a_time_until_it_works_again()
    {
        var lanes = new PushLanes();
        var hangs = new TaskCompletionSource<bool>();
        await lanes.RunAsync("failing", () => Task.FromResult(false), TestContext.Current.CancellationToken);

        var trial = lanes.RunAsync("failing", () => hangs.Task, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<PushDelayedException>(() => lanes.RunAsync("failing", () => Task.FromResult(true), TestContext.Current.CancellationToken));
        hangs.SetResult(true);
        await trial;

        var first = new TaskCompletionSource<bool>();
        var one = lanes.RunAsync("failing", () => first.Task, TestContext.Current.CancellationToken);
        await lanes.RunAsync("failing", () => Task.FromResult(true), TestContext.Current.CancellationToken);
        first.SetResult(true);
        await one;
    }
}
