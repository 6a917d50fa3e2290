using Microblog.Infra.AppModel;
using Microblog.Infra.Settings;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

/// <summary>The committed contract, and what a developer might make of it.</summary>
internal static class Contracts
{
    public static AppContract Committed { get; } = AppModelReader.ReadFile(AppModelReader.DefaultPath);

    /// <summary>A service that this program has never heard of.</summary>
    public static ServiceSpec Extra { get; } = new(
        "thumbnailer", ServiceRole.Worker, "Thumbnailer", ["--quality", "80"], External: false,
        [new PortSpec("http", 9000, PortTransport.Http, External: false), new PortSpec("raw", 9001, PortTransport.Tcp, External: false)],
        [
            new VariableSpec("API", Endpoint: "apiservice/http"),
            new VariableSpec("AZURE_CLIENT_ID", Platform: PlatformName.IdentityClientId),
            new VariableSpec("ConnectionStrings__microblog", Connection: "microblog"),
            new VariableSpec("ConnectionStrings__redis", Connection: "redis"),
            new VariableSpec("QUALITY", Value: "80"),
        ],
        ["migrations"], new ReplicasSpec(2, 5), 0.25, 0.5, 45, "microblog/thumbnailer",
        new ProbesSpec(Startup: new ProbeSpec("http", "/up", 0, 5, 5, 10, 1), Readiness: new ProbeSpec("http", "/ready", 1, 5, 5, 3, 1)),
        new ScaleSpec(Queues: [new QueueLengthSpec("feed.pushes", 50)]));

    public static ServiceSpec Service(string name) => Committed.Services.Single(service => service.Name == name);

    /// <summary>The committed contract with one more service.</summary>
    public static AppContract With(ServiceSpec service) => Committed with { Services = [.. Committed.Services, service] };

    /// <summary>The committed contract with one service changed.</summary>
    public static AppContract Changed(string name, Func<ServiceSpec, ServiceSpec> change) =>
        Committed with { Services = [.. Committed.Services.Select(service => service.Name == name ? change(service) : service)] };

    /// <summary>What a committed stack decides, with changes.</summary>
    public static StackSettings Settings(string stack = "prod", Action<StackFile>? change = null)
    {
        var file = StackFile.Read(stack);
        change?.Invoke(file);
        return SettingsReader.Read(new StackConfig(file.Values, file.Secrets), stack);
    }
}
