using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Dapper;
using Microblog.Contracts;
using Microblog.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Microblog.AppHost.Tests;

/// <summary>Everything, as <c>./run</c> starts it.</summary>
public sealed class WholeSystem : SystemFixture<Running>
{
    /// <summary>The system, once everything in it is healthy.</summary>
    public Task<Running> RunningAsync() => StartedAsync();

    /// <inheritdoc/>
    protected override Task<Running> ReadyAsync(DistributedApplication app, CancellationToken cancellationToken) => Running.OfAsync(app, cancellationToken);
}

/// <summary>A system that is up, and ways to look into it.</summary>
/// <param name="App">The application.</param>
/// <param name="People">Who uses it.</param>
/// <param name="Primary">Its database.</param>
/// <param name="Redis">Connection string of Redis.</param>
/// <param name="Broker">Its broker.</param>
public sealed record Running(DistributedApplication App, People People, NpgsqlDataSource Primary, string Redis, Broker Broker)
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Where the public API answers.</summary>
    public Uri Api => App.GetEndpoint("apiservice", "http");

    /// <summary>Runs a command of a resource, as the dashboard does.</summary>
    public async Task CommandAsync(string resource, string command)
    {
        using var timeout = new CancellationTokenSource(CommandTimeout);
        var model = App.Services.GetRequiredService<DistributedApplicationModel>();
        var result = await App.ResourceCommands.ExecuteCommandAsync(model.Resources.Single(candidate => candidate.Name == resource), command, timeout.Token);
        Assert.True(result.Success, $"{resource}: {command}: {result.Message}");
    }

    /// <summary>Starts one instance that has ended.</summary>
    public async Task StartAsync(string instance)
    {
        using var timeout = new CancellationTokenSource(CommandTimeout);
        var result = await App.ResourceCommands.ExecuteCommandAsync(instance, KnownResourceCommands.StartCommand, timeout.Token);
        Assert.True(result.Success, $"{instance}: {result.Message}");
    }

    /// <summary>Waits until a resource is healthy.</summary>
    public async Task HealthyAsync(string resource)
    {
        using var timeout = new CancellationTokenSource(CommandTimeout);
        await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, WaitBehavior.WaitOnResourceUnavailable, timeout.Token);
    }

    /// <summary>Ids that PostgreSQL says are in the home of an account, newest first.</summary>
    public async Task<List<long>> TruthAsync(long viewer, int take = 20)
    {
        await using var connection = await Primary.OpenConnectionAsync();
        return (await connection.QueryAsync<long>(HomeRules.Ids(upwards: false), new { viewer, max = long.MaxValue, min = 0L, take })).AsList();
    }

    /// <summary>Waits until nothing is on its way: the outbox is empty and so are the queues.</summary>
    public Task DrainedAsync() => Eventually.HoldsAsync("outbox and queues to be empty", async () =>
    {
        await using var connection = await Primary.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM outbox") == 0
            && await Broker.CountAsync(BrokerTopology.FeedQueue) == 0 && await Broker.CountAsync(BrokerTopology.SliceQueue) == 0;
    });

    /// <summary>Process ids of the instances of a resource, by the ids of those.</summary>
    public async Task<Dictionary<string, int>> ProcessesAsync(string resource)
    {
        var ids = new Dictionary<string, int>();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await foreach (var update in App.ResourceNotifications.WatchAsync(timeout.Token))
            {
                var pid = update.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value;
                if (update.Resource.Name == resource && pid is not null)
                {
                    ids[update.ResourceId] = Convert.ToInt32(pid, CultureInfo.InvariantCulture);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The stream repeats the current state and then waits for news, which nobody needs.
        }
        return ids;
    }

    internal static async Task<Running> OfAsync(DistributedApplication app, CancellationToken cancellationToken) => new(
        app,
        new People(app.GetEndpoint("apiservice", "http")),
        NpgsqlDataSource.Create((await app.GetConnectionStringAsync("microblog", cancellationToken))!),
        (await app.GetConnectionStringAsync("redis", cancellationToken))!,
        new Broker((await app.GetConnectionStringAsync("rabbitmq", cancellationToken))!));
}
