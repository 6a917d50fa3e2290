using System.Collections;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Microblog.StandIns.Tests;

/// <summary>What the substitute has to put right in the old client that it brings. It needs the program redis-server.</summary>
public sealed class RedisClientTests : IDisposable
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _server;
    private readonly string _address;

    public RedisClientTests()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        _address = $"127.0.0.1:{port}";
        _server = Process.Start(new ProcessStartInfo("redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", ""]) { RedirectStandardOutput = true })!;
        while (_server.StandardOutput.ReadLine() is { } line && !line.Contains("Ready to accept connections", StringComparison.Ordinal))
        {
        }
    }

    [Fact]
    public async Task Commands_that_the_client_has_lost_sight_of_are_sent_all_the_same()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:redis", _address)]);
        builder.AddRedisClient("redis");
        using var host = builder.Build();
        var redis = host.Services.GetRequiredService<IConnectionMultiplexer>();
        await redis.GetDatabase().PingAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);
        var server = ((IEnumerable)Field(redis, "serverSnapshot")).Cast<object>().Single();
        var connection = Field(server, "interactive");
        // As it is left when the writer came while another thread was writing: marked as waiting for the writer, who knows nothing of it.
        connection.GetType().GetField("inWriteQueue", Members)!.SetValue(connection, 1);

        var ping = redis.GetDatabase().PingAsync();

        await Task.WhenAll(ping, redis.GetDatabase().PingAsync()).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _server.Kill();
        _server.Dispose();
    }

    private static object Field(object of, string name) => of.GetType().GetField(name, Members)!.GetValue(of)!;
}
