using System.Text.Json;
using Microblog.Contracts;
using Microblog.FeedWorker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Microblog.TestSupport;

/// <summary>The feed worker in the test's process: consuming, or only its parts for calling them directly.</summary>
public sealed class WorkerHost : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly WebApplication _app;
    private readonly bool _isStarted;

    private WorkerHost(WebApplication app, bool isStarted) => (_app, _isStarted) = (app, isStarted);

    /// <summary>Where its health and management answer.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    /// <summary>A service of the worker.</summary>
    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Builds a worker that does not consume.</summary>
    public static WorkerHost Build(Sandbox sandbox, params string[] settings) => new(FeedApp.Build(Arguments(sandbox, settings)), isStarted: false);

    /// <summary>Starts a worker, which consumes at once.</summary>
    public static async Task<WorkerHost> StartAsync(Sandbox sandbox, params string[] settings)
    {
        var app = FeedApp.Build(Arguments(sandbox, settings));
        await app.StartAsync();
        return new WorkerHost(app, isStarted: true);
    }

    /// <summary>Handles a message as if it had been delivered.</summary>
    public Task HandleAsync(StatusPosted message) => HandleAsync(BrokerTopology.StatusPosted, JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Default.StatusPosted));

    /// <summary>Handles a message as if it had been delivered.</summary>
    public Task HandleAsync(StatusDeleted message) => HandleAsync(BrokerTopology.StatusDeleted, JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Default.StatusDeleted));

    /// <summary>Handles a message as if it had been delivered.</summary>
    public Task HandleAsync(FollowChanged message) => HandleAsync(BrokerTopology.FollowChanged, JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Default.FollowChanged));

    /// <summary>Handles a message as if it had been delivered.</summary>
    public Task HandleAsync(StatusEdited message) => HandleAsync(BrokerTopology.StatusEdited, JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Default.StatusEdited));

    /// <summary>Handles a message as if it had been delivered.</summary>
    public Task HandleAsync(FavouriteChanged message) => HandleAsync(BrokerTopology.FavouriteChanged, JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Default.FavouriteChanged));

    /// <summary>Handles a message as if it had been delivered.</summary>
    public Task HandleAsync(PollEnded message) => HandleAsync(BrokerTopology.PollEnded, JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Default.PollEnded));

    /// <summary>Handles a message as if it had been delivered.</summary>
    public Task HandleAsync(HomeChanged message) => HandleAsync(BrokerTopology.HomeChanged, JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Default.HomeChanged));

    /// <summary>Handles a body as if it had been delivered under the routing key.</summary>
    public Task HandleAsync(string routingKey, byte[] body) => Get<MessageHandler>().HandleAsync(routingKey, body, CancellationToken.None);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(StopTimeout);
        if (_isStarted)
        {
            await _app.StopAsync(timeout.Token);
        }
        await _app.DisposeAsync();
    }

    private static string[] Arguments(Sandbox sandbox, string[] settings) => sandbox.Arguments(["--environment=Development", "--urls=http://127.0.0.1:0", .. settings]);
}
