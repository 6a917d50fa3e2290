using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microblog.TestSupport;
using Npgsql;

namespace Microblog.ApiService.Tests.Database;

/// <summary>A PgBouncer in transaction mode in front of one server, with very few connections to it, as a role of its own.</summary>
public sealed class Pooler : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("microblog-pooler-").FullName;
    private readonly Process _process;

    private Pooler(string program, string connection, string address, int port, string role)
    {
        var server = new NpgsqlConnectionStringBuilder(connection);
        var settings = Path.Combine(_directory, "pgbouncer.ini");
        File.WriteAllText(settings, string.Create(CultureInfo.InvariantCulture,
            $"""
            [databases]
            * = host={server.Host} port={server.Port} user={role} password={role}
            [pgbouncer]
            listen_addr = {address}
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = {Connections}
            server_round_robin = 1
            {(Environment.UserName == "root" ? "user = postgres" : "")}
            """));
        _process = Process.Start(new ProcessStartInfo(program, ["-q", settings]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Connections to the server at most.</summary>
    public const int Connections = 2;

    /// <summary>Where the program is; null where it is not installed.</summary>
    public static string? Program => new[] { "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer" }.FirstOrDefault(File.Exists);

    /// <summary>Starts one and waits until it answers.</summary>
    public static async Task<Pooler> StartAsync(string connection, string address, int port, string role)
    {
        var pooler = new Pooler(Program!, connection, address, port, role);
        await Eventually.HoldsAsync("PgBouncer to answer", async () =>
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Parse(address), port);
                return true;
            }
            catch (SocketException)
            {
                return pooler._process.HasExited ? throw new InvalidOperationException("PgBouncer did not start.") : false;
            }
        });
        return pooler;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
