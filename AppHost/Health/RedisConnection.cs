using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Microblog.AppHost.Health;

/// <summary>Sends one command to Redis over a connection of its own; enough for a health check and an administrator's command.</summary>
public static class RedisConnection
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The first line of the answer, for instance <c>+OK</c>.</summary>
    /// <param name="connectionString"><c>host:port,password=…</c></param>
    /// <param name="command">A command without arguments that hold spaces.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="IOException">Redis answered with an error, or closed the connection.</exception>
    /// <exception cref="SocketException">Nothing listens there.</exception>
    public static async Task<string> ExecuteAsync(string connectionString, string command, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        var parts = connectionString.Split(',', StringSplitOptions.TrimEntries);
        var address = parts[0].Split(':');
        var password = parts.FirstOrDefault(part => part.StartsWith("password=", StringComparison.OrdinalIgnoreCase))?["password=".Length..];

        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address[0], int.Parse(address[1], CultureInfo.InvariantCulture), limit.Token);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        if (password is not null)
        {
            await SendAsync(client, reader, $"AUTH {password}", limit.Token);
        }

        return await SendAsync(client, reader, command, limit.Token);
    }

    private static async Task<string> SendAsync(TcpClient client, StreamReader reader, string command, CancellationToken cancellationToken)
    {
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellationToken);
        var line = await reader.ReadLineAsync(cancellationToken) ?? throw new IOException("Redis closed the connection");
        return line.StartsWith('-') ? throw new IOException($"Redis answered: {line[1..]}") : line;
    }
}
