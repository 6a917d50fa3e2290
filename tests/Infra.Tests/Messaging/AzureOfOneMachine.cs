using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Microblog.Infra.Tests.Messaging;

/// <summary>What a node asks Azure for, on a port of this machine: a token of its identity, and the secrets that the token opens.</summary>
internal sealed class AzureOfOneMachine : IDisposable
{
    private readonly HttpListener _listener = new();

    public AzureOfOneMachine()
    {
        Address = $"http://127.0.0.1:{FreePort()}";
        _listener.Prefixes.Add($"{Address}/");
        _listener.Start();
        _ = AnswerAsync();
    }

    /// <summary>Where it is.</summary>
    public string Address { get; }

    /// <summary>Name to value; what is not here is not found.</summary>
    public Dictionary<string, string> Secrets { get; } = [];

    /// <summary>The role has not reached the vault for so many questions.</summary>
    public int Refusals { get; set; }

    public void Dispose() => _listener.Close();

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task AnswerAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var (status, body) = Answer(context.Request);
            context.Response.StatusCode = status;
            await JsonSerializer.SerializeAsync(context.Response.OutputStream, body);
            context.Response.Close();
        }
    }

    private (int Status, object Body) Answer(HttpListenerRequest request)
    {
        var path = request.Url!.AbsolutePath;
        return path switch
        {
            "/metadata/identity/oauth2/token" when request.Headers["Metadata"] == "true" && request.QueryString["client_id"] == "client" => (200, new { access_token = $"for {request.QueryString["resource"]}" }),
            _ when !path.StartsWith("/secrets/", StringComparison.Ordinal) => (400, new { }),
            _ when request.Headers["Authorization"] != "Bearer for https://vault.azure.net" => (401, new { }),
            _ when Refusals-- > 0 => (403, new { }),
            _ when Secrets.TryGetValue(path["/secrets/".Length..], out var value) => (200, new { value }),
            _ => (404, new { }),
        };
    }
}
