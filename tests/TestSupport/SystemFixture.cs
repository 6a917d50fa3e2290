using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Microblog.TestSupport;

/// <summary>
/// Everything, as <c>./run</c> starts it, over a throw-away data directory: started when the first test asks for it, shared by all
/// classes. A test that breaks a part leaves it mended.
/// </summary>
/// <typeparam name="T">What the tests are given of it.</typeparam>
public abstract class SystemFixture<T> : IAsyncLifetime
{
    private static readonly string[] Healthy = ["postgres", "replica", "redis", "rabbitmq", "apiservice", "feedworker"];

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly Lazy<Task<T>> _started;
    private MachineLock? _lock;
    private DistributedApplication? _app;
    private string? _data;

    /// <summary>Nothing starts yet.</summary>
    protected SystemFixture() => _started = new(StartAsync);

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_app is not null)
        {
            await _app.DisposeAsync().AsTask().WaitAsync(StopTimeout);
        }
        if (_data is not null && Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
        _lock?.Dispose();
    }

    /// <summary>The system, once everything in it is healthy.</summary>
    protected Task<T> StartedAsync() => _started.Value;

    /// <summary>Arguments of the AppHost besides where its data are; asked for when it starts.</summary>
    protected virtual string[] Arguments() => [];

    /// <summary>What the tests are given of a system that is healthy.</summary>
    protected abstract Task<T> ReadyAsync(DistributedApplication app, CancellationToken cancellationToken);

    private async Task<T> StartAsync()
    {
        _lock = await MachineLock.TakeAsync();
        using var timeout = new CancellationTokenSource(StartTimeout);
        _data = Directory.CreateTempSubdirectory("microblog-system-").FullName;
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>([.. Arguments(), "--backing", "native", "--data", _data, "--fresh"], timeout.Token);
        // What the processes print belongs into the log of a run that somebody watches; here it would bury the failure.
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microblog.AppHost.Resources", LogLevel.None));
        _app = await builder.BuildAsync(timeout.Token);
        await _app.StartAsync(timeout.Token);
        foreach (var resource in Healthy)
        {
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource, WaitBehavior.StopOnResourceUnavailable, timeout.Token);
        }
        return await ReadyAsync(_app, timeout.Token);
    }
}
