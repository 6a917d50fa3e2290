using System.Diagnostics;
using System.Net;
using Microblog.ApiService.Database;
using Microblog.ApiService.Limits;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Limits;

public sealed class HungRedisTests(Backends backends)
{
    [Fact]
    public async Task Without_redis_each_process_counts_for_itself()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends);
        await using var api = await ApiHost.StartAsync(sandbox, $"--ConnectionStrings:redis=127.0.0.1:{Gate.DeadPort()},connectTimeout=500", "--Microblog:RateLimits=on", "--Microblog:RateLimits:Address=2/60");
        var nobody = api.People.Nobody;

        (await nobody.GetAsync("/api/v2/instance")).Ok();
        Assert.Equal("0", (await nobody.GetAsync("/api/v2/instance")).Ok().Header("X-RateLimit-Remaining"));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await nobody.GetAsync("/api/v2/instance")).Status);
    }

    [Fact]
    public async Task A_redis_that_hangs_is_soon_left_alone_and_used_again_when_it_answers()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends);
        var (gate, connection) = Gate.ToRedis(sandbox.RedisConnection);
        await using var _ = gate;
        await using var api = await ApiHost.StartAsync(sandbox, $"--ConnectionStrings:redis={connection},connectTimeout=500", "--Microblog:RateLimits=on");
        var alice = await api.People.AliceAsync();
        await alice.HomeIdsAsync();
        var status = await alice.PostAsync("Hello");
        var health = api.Get<RedisHealth>();

        gate.Hang();
        await Eventually.HoldsAsync("calls to be given up", async () => { await alice.HomeIdsAsync(); return !health.MayAsk(); });
        var slow = 0;
        for (var i = 0; i < 40; i++)
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal([status], await alice.HomeIdsAsync());
            slow += watch.Elapsed >= api.Get<RateLimiter>().Options.Timeout ? 1 : 0;
        }
        // All but those that tried, of which there is one a second and kind of call.
        Assert.True(slow <= 20, $"{slow} of 40 reads waited for a Redis that hangs");

        gate.Resume();
        await Eventually.HoldsAsync("Redis to be asked again", async () => { await alice.HomeIdsAsync(); return health.MayAsk() && await sandbox.CacheDatabase.KeyExistsAsync($"limit:{{account:{alice.Id}}}:all"); });
    }

    [Fact]
    public async Task After_failures_in_a_row_one_caller_a_second_tries()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends);
        var clock = new Clock();
        var health = new RedisHealth(sandbox.Cache, clock);

        for (var i = 0; i < RedisHealth.Failures; i++)
        {
            Assert.True(health.MayAsk());
            await Assert.ThrowsAsync<TimeoutException>(() => health.AskAsync(new TaskCompletionSource<int>().Task, TimeSpan.FromMilliseconds(1), CancellationToken.None));
        }
        Assert.False(health.MayAsk());
        clock.Now += (long)(RedisHealth.Pause.TotalSeconds * clock.TimestampFrequency);
        Assert.True(health.MayAsk());
        Assert.False(health.MayAsk());
        await health.AskAsync(Task.FromResult(1), TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.True(health.MayAsk());
        Assert.True(health.MayAsk());
    }

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long GetTimestamp() => Now;
    }
}
