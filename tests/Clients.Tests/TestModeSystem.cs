using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microblog.AppHost.Data;
using Microblog.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microblog.Clients.Tests;

/// <summary>
/// Everything, as <c>./run --test-mode</c> starts it, but on a free port: programs of others meet the same two API processes,
/// replica and worker that people do. Started when the first test asks for it, shared by all.
/// </summary>
public sealed class TestModeSystem : IAsyncLifetime
{
    private static readonly string[] Healthy = ["postgres", "replica", "redis", "rabbitmq", "apiservice", "feedworker"];

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly Lazy<Task<Uri>> _address;
    private MachineLock? _lock;
    private DistributedApplication? _app;
    private string? _data;

    /// <summary>Nothing starts yet.</summary>
    public TestModeSystem() => _address = new(StartAsync);

    /// <summary>Where the API answers, once everything is healthy: <c>http://localhost:PORT</c>.</summary>
    public Task<Uri> AddressAsync() => _address.Value;

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
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

    private async Task<Uri> StartAsync()
    {
        _lock = await MachineLock.TakeAsync();
        using var timeout = new CancellationTokenSource(StartTimeout);
        _data = Directory.CreateTempSubdirectory("microblog-clients-").FullName;
        var port = new Ports(new ConfigurationBuilder().Build()).Take("api");
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            // The port as it was asked for: by default the testing library gives away others.
            ["--test-mode", "--api-port", $"{port}", "--backing", "native", "--data", _data, "--fresh", "--DcpPublisher:RandomizePorts=false"], timeout.Token);
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microblog.AppHost.Resources", LogLevel.None));
        _app = await builder.BuildAsync(timeout.Token);
        await _app.StartAsync(timeout.Token);
        foreach (var resource in Healthy)
        {
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource, WaitBehavior.StopOnResourceUnavailable, timeout.Token);
        }
        return new Uri($"http://localhost:{port}");
    }
}
