using System.Net;
using Microblog.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microblog.ApiService.Tests.Http;

public sealed class ShutdownTests
{
    [Fact]
    public async Task A_process_that_is_to_stop_goes_on_answering_but_takes_itself_out_of_service()
    {
        var clock = new Clock();
        await using var app = await StartAsync(clock, "--SHUTDOWN_DELAY_SECONDS=10");
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/health"));

        // As the signal to terminate does.
        app.Lifetime.StopApplication();
        var stopped = app.WaitForShutdownAsync(TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("the delay to begin", () => Task.FromResult(clock.Pending.Count > 0));

        Assert.Equal(TimeSpan.FromSeconds(10), Assert.Single(clock.Pending).DueTime);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/alive"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(client, "/health"));
        Assert.False(stopped.IsCompleted);

        clock.Pending[0].Ring();
        await stopped;
        await Assert.ThrowsAsync<HttpRequestException>(() => StatusAsync(client, "/"));
    }

    [Fact]
    public async Task Without_a_load_balancer_it_stops_at_once()
    {
        var clock = new Clock();
        await using var app = await StartAsync(clock);

        await app.StopAsync(TestContext.Current.CancellationToken);

        Assert.Empty(clock.Pending);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-1")]
    [InlineData("61")]
    public async Task A_delay_that_is_none_is_refused(string delay) =>
        Assert.Equal(
            $"SHUTDOWN_DELAY_SECONDS is '{delay}'; it must be a number of seconds from 0 to 60.",
            (await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(new Clock(), $"--SHUTDOWN_DELAY_SECONDS={delay}"))).Message);

    private static async Task<WebApplication> StartAsync(TimeProvider clock, params string[] settings)
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", .. settings]);
        builder.Services.AddSingleton(clock);
        builder.AddServiceDefaults();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGet("/", () => "here");
        await app.StartAsync();
        return app;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    /// <summary>Its timers ring when the test says so.</summary>
    private sealed class Clock : TimeProvider
    {
        public List<Timer> Pending { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(callback, state, dueTime);
            Pending.Add(timer);
            return timer;
        }
    }

    private sealed class Timer(TimerCallback callback, object? state, TimeSpan dueTime) : ITimer
    {
        public TimeSpan DueTime => dueTime;

        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
