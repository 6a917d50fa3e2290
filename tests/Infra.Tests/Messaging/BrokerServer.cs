using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Microblog.Infra.Components;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Microblog.Infra.Tests.Messaging;

/// <summary>The RabbitMQ of this machine, running with a node's configuration and definitions.</summary>
internal sealed class BrokerServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    /// <summary>What version 3, which Debian has, does not know yet. The rest of the configuration is used as it is.</summary>
    private static readonly string[] Newer = ["anonymous_login_user", "default_queue_type", "quorum_queue."];

    private readonly NodeFolder _node;
    private readonly Process _process;
    private readonly int _port;
    private readonly int _epmd;

    private BrokerServer(NodeFolder node, Process process, int port, int epmd) => (_node, _process, _port, _epmd) = (node, process, port, epmd);

    /// <summary>Path of the server; null where it runs in containers only.</summary>
    public static string? Program => new[] { "/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/homebrew/sbin/rabbitmq-server" }.FirstOrDefault(File.Exists);

    /// <summary>Starts it and waits until clients can log in.</summary>
    public static async Task<BrokerServer> StartAsync(NodeFolder node)
    {
        var (code, _, errors) = await node.ConfigureAsync();
        Assert.True(code == 0, errors);
        var (port, epmd, version) = (AzureOfOneMachine.FreePort(), AzureOfOneMachine.FreePort(), await Shell.RunAsync("dpkg-query", ["--show", "--showformat=${Version}", "rabbitmq-server"]));
        await File.WriteAllTextAsync(node.PathOf("rabbitmq.conf"), Configuration(node, port, isOld: version.Output.StartsWith('3')));
        await File.WriteAllTextAsync(node.PathOf("enabled_plugins"), "[rabbitmq_management,rabbitmq_prometheus].\n");
        await File.WriteAllTextAsync(node.PathOf("rabbitmq-env.conf"), "");
        var start = new ProcessStartInfo(Program!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = node.Root,
            ["RABBITMQ_NODENAME"] = "infra-tests@localhost",
            ["RABBITMQ_DIST_PORT"] = $"{AzureOfOneMachine.FreePort()}",
            ["ERL_EPMD_PORT"] = $"{epmd}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_CONF_ENV_FILE"] = node.PathOf("rabbitmq-env.conf"),
            ["RABBITMQ_CONFIG_FILE"] = node.PathOf("rabbitmq.conf"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = node.PathOf("advanced.config"),
            ["RABBITMQ_GENERATED_CONFIG_DIR"] = node.PathOf("config"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = node.PathOf("enabled_plugins"),
            ["RABBITMQ_MNESIA_BASE"] = node.PathOf("data"),
            ["RABBITMQ_LOG_BASE"] = node.PathOf("log"),
            ["RABBITMQ_PID_FILE"] = node.PathOf("pid"),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
        })
        {
            start.Environment[name] = value;
        }
        var server = new BrokerServer(node, Process.Start(start)!, port, epmd);
        try
        {
            await server.StartedAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Logs in as an application does.</summary>
    public Task<IConnection> ConnectAsync(string password = NodeFolder.Password)
    {
        var factory = new ConnectionFactory { Uri = new Uri(BrokerNames.Url("prod", password, "/")), AutomaticRecoveryEnabled = false };
        factory.Ssl.ServerName = factory.HostName;
        factory.Ssl.CertificateValidationCallback = (_, certificate, _, errors) => (errors & System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch) == 0 && IsTrusted((X509Certificate2)certificate!);
        return factory.CreateConnectionAsync([new AmqpTcpEndpoint("127.0.0.1", _port, factory.Ssl)]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
        await _process.WaitForExitAsync();
        _process.Dispose();
        // The server leaves its port mapper behind.
        if (Shell.Has("epmd"))
        {
            await Shell.RunAsync("epmd", ["-port", $"{_epmd}", "-kill"]);
        }
    }

    private async Task StartedAsync()
    {
        var log = Task.WhenAll(_process.StandardOutput.ReadToEndAsync(), _process.StandardError.ReadToEndAsync());
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using var connection = await ConnectAsync();
                return;
            }
            catch (BrokerUnreachableException) when (!_process.HasExited && waited.Elapsed < StartTimeout)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250));
            }
            catch (BrokerUnreachableException exception)
            {
                _process.Kill(entireProcessTree: true);
                throw new InvalidOperationException($"RabbitMQ did not start:\n{string.Join('\n', await log)}", exception);
            }
        }
    }

    private bool IsTrusted(X509Certificate2 certificate)
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(_node.PathOf("tls/ca.pem"));
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        return chain.Build(certificate);
    }

    private static string Configuration(NodeFolder node, int port, bool isOld)
    {
        var lines = BrokerCloudInit.Fill("rabbitmq.conf", node.Machine)
            .Replace("/etc/rabbitmq", node.Root, StringComparison.Ordinal)
            .Replace("= 5671", $"= {port}", StringComparison.Ordinal)
            .Replace("= 15671", $"= {AzureOfOneMachine.FreePort()}", StringComparison.Ordinal)
            .Replace("= 15692", $"= {AzureOfOneMachine.FreePort()}", StringComparison.Ordinal)
            .Replace($"rabbit@{BrokerNames.Host(1)}.{BrokerNames.Zone("prod")}", "infra-tests@localhost", StringComparison.Ordinal)
            .Split('\n');
        return string.Join('\n', lines.Where(line => !isOld || !Array.Exists(Newer, line.StartsWith)).Append("raft.wal_max_size_bytes = 67108864").Append("disk_free_limit.absolute = 64MB")) + "\n";
    }
}
