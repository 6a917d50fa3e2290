using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microblog.ApiService;
using Microblog.ApiService.Media;
using Microblog.FeedWorker;
using Microblog.Infra.AppModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microblog.AppHost.Tests;

/// <summary>
/// The services, started in production with the settings that the contract delivers and no others. What they name does not exist
/// here, which must not keep a process from starting either.
/// </summary>
public sealed class ProductionSettingsTests
{
    /// <summary>ServiceDefaults flushes traces and metrics for so long after everything else has stopped.</summary>
    private const int FlushSeconds = 4;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("apiservice")]
    [InlineData("feedworker")]
    public async Task A_service_starts_in_production_with_what_the_contract_delivers(string name)
    {
        var service = await ServiceAsync(name);
        var ports = FreePorts(service);
        await using var app = Build(service, ports);
        await app.StartAsync().WaitAsync(Timeout);
        using var client = new HttpClient { Timeout = Timeout };

        var alive = service.Probes!.Liveness!;
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"http://127.0.0.1:{ports[alive.Port]}{alive.Path}")).StatusCode);
        Assert.Equal(service.Probes.Startup! with { PeriodSeconds = 0, FailureThreshold = 0 }, alive with { PeriodSeconds = 0, FailureThreshold = 0 });
        // There is no server behind it, and the process says so where it is asked.
        var ready = service.Probes.Readiness!;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync($"http://127.0.0.1:{ports[ready.Port]}{ready.Path}")).StatusCode);
        await app.StopAsync().WaitAsync(Timeout);
    }

    [Fact]
    public async Task The_API_learns_its_public_address_and_shows_no_management_there()
    {
        var contract = await PublishedModel.ContractAsync();
        var service = contract.Services.Single(service => service.Name == "apiservice");
        var ports = FreePorts(service);
        await using var app = Build(service, ports);
        await app.StartAsync().WaitAsync(Timeout);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports["http"]}"), Timeout = Timeout };

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(contract.Routes.Health)).StatusCode);
        Assert.Equal(Sample(PlatformName.PublicUrl), (string?)JsonNode.Parse(await client.GetStringAsync("/.well-known/oauth-authorization-server"))!["issuer"]);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/health")).StatusCode);
        await app.StopAsync().WaitAsync(Timeout);
    }

    [Theory]
    [InlineData("apiservice", "Microblog__KeyEncryptionKey", "Microblog:KeyEncryptionKey is missing")]
    [InlineData("apiservice", "Microblog__Media__Container", "Microblog:Media:Container or Microblog:Media:Directory")]
    [InlineData("feedworker", "Microblog__KeyEncryptionKey", "Microblog:KeyEncryptionKey is missing")]
    public async Task A_setting_that_the_contract_would_lack_is_noticed(string name, string missing, string complaint)
    {
        var service = await ServiceAsync(name);
        var poorer = service with { Environment = [.. service.Environment.Where(variable => variable.Name != missing)] };
        Assert.NotEqual(service.Environment.Count, poorer.Environment.Count);

        var error = Assert.Throws<InvalidOperationException>(() => Build(poorer, FreePorts(service)));
        Assert.Contains(complaint, error.Message);
    }

    [Theory]
    [InlineData("apiservice")]
    [InlineData("feedworker")]
    public async Task A_process_is_given_longer_to_end_than_it_takes(string name)
    {
        var service = await ServiceAsync(name);
        await using var app = Build(service, FreePorts(service));
        var drain = app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
        Assert.True(drain.TotalSeconds + FlushSeconds < service.TerminationGraceSeconds, $"{drain} and {FlushSeconds} s do not fit into {service.TerminationGraceSeconds} s.");
    }

    [Fact]
    public async Task What_the_edge_is_told_of_the_routes_is_what_the_API_does()
    {
        var contract = await PublishedModel.ContractAsync();
        var service = contract.Services.Single(service => service.Name == "apiservice");
        await using var app = Build(service, FreePorts(service));
        var patterns = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText!).ToList();

        Assert.All([.. contract.Routes.Cacheable.Select(route => route.Path), .. contract.Routes.Streaming, contract.Routes.Health!], path => Assert.Contains(
            patterns, pattern => path.EndsWith("/*", StringComparison.Ordinal) ? pattern.StartsWith(path[..^1] + "{", StringComparison.Ordinal) : pattern == path));
        Assert.Equal(MediaLimits.MaxBodyBytes, contract.Routes.MaxRequestBytes);
        Assert.Contains($"max-age={contract.Routes.Cacheable.Single(route => route.Path == "/media/*").Seconds},", MediaFileEndpoints.CacheControl);
    }

    private static async Task<ServiceSpec> ServiceAsync(string name) => (await PublishedModel.ContractAsync()).Services.Single(service => service.Name == name);

    private static WebApplication Build(ServiceSpec service, IReadOnlyDictionary<string, int> ports)
    {
        string[] arguments = ["--environment=Production", .. service.Environment.Select(variable => $"--{variable.Name.Replace("__", ":", StringComparison.Ordinal)}={Value(service, variable, ports)}")];
        return service.Project switch
        {
            "ApiService" => ApiApp.Build(arguments),
            "FeedWorker" => FeedApp.Build(arguments),
            _ => throw new InvalidOperationException($"{service.Project} is new here; say how it is built."),
        };
    }

    /// <summary>What a platform would put there; the ports are others, as those of the contract may be taken on this machine.</summary>
    private static string Value(ServiceSpec service, VariableSpec variable, IReadOnlyDictionary<string, int> ports) => variable switch
    {
        { Value: { } value } => Regex.Replace(value, "[0-9]+", digits => service.Ports.FirstOrDefault(port => digits.Value == $"{port.Port}") is { } port ? $"{ports[port.Name]}" : digits.Value),
        { Connection: "redis" } => "127.0.0.1:1,password=none,ssl=true",
        { Connection: "rabbitmq" } => "amqps://user:none@127.0.0.1:1/",
        { Connection: not null } => "Host=127.0.0.1;Port=1;Username=user;Password=none;Database=microblog;Timeout=1",
        { Secret: not null } => new string('k', 44),
        { Platform: { } platform } => Sample(platform),
        _ => throw new InvalidOperationException($"{variable.Name} has a source that is new here."),
    };

    private static string Sample(string platform) => platform switch
    {
        PlatformName.PublicUrl => "https://microblog.example",
        PlatformName.MediaContainerUrl => "https://microblog.blob.example/media",
        PlatformName.MediaPublicUrl => "https://microblog.example/media",
        PlatformName.ForwardedFrom => "10.0.0.0/8, 2001:db8::/32",
        PlatformName.ClientAddressHeader => "X-Azure-SocketIP",
        PlatformName.DatabasePoolerPort => "6432",
        PlatformName.DatabasePrincipals => "microblog-apiservice,microblog-feedworker",
        PlatformName.ContactEmail => "contact@microblog.example",
        PlatformName.OtlpEndpoint => "http://127.0.0.1:1",
        PlatformName.IdentityClientId => "00000000-0000-0000-0000-000000000000",
        PlatformName.BrokerCaDirectory => "/etc/ssl/certs",
        _ => throw new InvalidOperationException($"{platform} is new here; say what it looks like."),
    };

    private static Dictionary<string, int> FreePorts(ServiceSpec service)
    {
        var listeners = service.Ports.Select(port => (port.Name, Listener: new TcpListener(IPAddress.Loopback, 0))).ToList();
        listeners.ForEach(it => it.Listener.Start());
        var ports = listeners.ToDictionary(it => it.Name, it => ((IPEndPoint)it.Listener.LocalEndpoint).Port);
        listeners.ForEach(it => it.Listener.Dispose());
        return ports;
    }
}
