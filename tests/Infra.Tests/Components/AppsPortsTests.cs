using Microblog.Infra.AppModel;
using Microblog.Infra.Components;

namespace Microblog.Infra.Tests.Components;

public sealed class AppsPortsTests
{
    [Fact]
    public void A_port_for_probes_only_is_not_published()
    {
        Assert.Equal(("http", true, 0), Described(Contracts.Service("apiservice"), Contracts.Committed));
        Assert.Null(AppsPorts.Of(Contracts.Service("feedworker"), Contracts.Committed));
        Assert.Null(AppsPorts.Of(Contracts.Extra, Contracts.With(Contracts.Extra)));
    }

    [Fact]
    public void A_port_that_another_service_asks_for_is_published_inside()
    {
        var asking = Contracts.With(Contracts.Extra).Asking("thumbnailer/http");

        Assert.Equal(("http", false, 0), Described(Contracts.Extra, asking));
        Assert.Equal("https://mb-prod-thumbnailer.internal.calm-sea.example", Address("http", asking));
    }

    [Fact]
    public void A_second_port_is_reached_by_its_number()
    {
        var asking = Contracts.With(Contracts.Extra).Asking("thumbnailer/http", "thumbnailer/raw");

        Assert.Equal("tcp://mb-prod-thumbnailer:9001", Address("raw", asking));
        Assert.Equal("tcp://mb-prod-thumbnailer:9001", Address("raw", Contracts.With(Contracts.Extra).Asking("thumbnailer/raw")));
    }

    [Fact]
    public void The_public_service_has_the_same_address_inside() =>
        Assert.Equal("https://mb-prod-apiservice.calm-sea.example", AppsPorts.Of(Contracts.Service("apiservice"), Contracts.Committed)!.Address("http", "mb-prod-apiservice", "calm-sea.example"));

    private static (string, bool, int) Described(ServiceSpec service, AppContract contract)
    {
        var ports = AppsPorts.Of(service, contract)!;
        return (ports.Target.Name, ports.External, ports.Further.Count);
    }

    private static string Address(string port, AppContract contract) => AppsPorts.Of(Contracts.Extra, contract)!.Address(port, "mb-prod-thumbnailer", "calm-sea.example");
}

internal static class AskingExtensions
{
    /// <summary>The contract with a worker that asks for these endpoints.</summary>
    public static AppContract Asking(this AppContract contract, params string[] endpoints) => contract with
    {
        Services = [.. contract.Services.Select(service => service.Name != "feedworker" ? service : service with
        {
            Environment = [.. service.Environment, .. endpoints.Select((endpoint, index) => new VariableSpec($"PEER_{index}", Endpoint: endpoint))],
        })],
    };
}
