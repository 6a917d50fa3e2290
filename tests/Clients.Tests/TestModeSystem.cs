using Aspire.Hosting;
using Microblog.AppHost.Data;
using Microblog.TestSupport;
using Microsoft.Extensions.Configuration;

namespace Microblog.Clients.Tests;

/// <summary>
/// Everything, as <c>./run --test-mode</c> starts it, but on a free port: programs of others meet the same two API processes,
/// replica and worker that people do.
/// </summary>
public sealed class TestModeSystem : SystemFixture<Uri>
{
    private int _port;

    /// <summary>Where the API answers, once everything is healthy: <c>http://localhost:PORT</c>.</summary>
    public Task<Uri> AddressAsync() => StartedAsync();

    /// <inheritdoc/>
    protected override string[] Arguments()
    {
        _port = new Ports(new ConfigurationBuilder().Build()).Take("api");
        // The port as it was asked for: by default the testing library gives away others.
        return ["--test-mode", "--api-port", $"{_port}", "--DcpPublisher:RandomizePorts=false"];
    }

    /// <inheritdoc/>
    protected override Task<Uri> ReadyAsync(DistributedApplication app, CancellationToken cancellationToken) => Task.FromResult(new Uri($"http://localhost:{_port}"));
}
