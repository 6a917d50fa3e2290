using System.Text.Json;
using Microblog.ApiService;
using Microsoft.AspNetCore.Routing;

namespace Microblog.Clients.Tests;

/// <summary>
/// Every answer of the API against the schema of its entity: all GET routes that the service maps are walked with an account that
/// has something everywhere. A route without a schema fails, and so does a member that the schema does not know.
/// </summary>
/// <param name="system">The system.</param>
/// <param name="packages">Node's packages.</param>
public sealed class EntityTests(TestModeSystem system, NodePackages packages)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Every_GET_route_answers_entities_as_the_schema_says()
    {
        var file = Path.Combine(Path.GetTempPath(), $"microblog-routes-{Environment.ProcessId}.json");
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(Routes()));
            var run = await packages.RunAsync(await system.AddressAsync(), Longest, "entities.mjs", file);
            run.Ok();
            TestContext.Current.TestOutputHelper?.WriteLine(run.Output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>What the service maps, from its own table: a list kept by hand would miss the route that nobody thought of.</summary>
    private static List<Route> Routes()
    {
        using var app = (IDisposable)ApiApp.Build(
        [
            "--environment=Development", "--Microblog:TestMode=true", "--Microblog:PublicUrl=http://localhost",
            "--ConnectionStrings:microblog=Host=localhost", "--ConnectionStrings:replica=Host=localhost",
            "--ConnectionStrings:redis=localhost,abortConnect=false", "--ConnectionStrings:rabbitmq=amqp://localhost",
        ]);
        return
        [
            .. from source in ((IEndpointRouteBuilder)app).DataSources
               from endpoint in source.Endpoints.OfType<RouteEndpoint>()
               from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
               select new Route(method, "/" + endpoint.RoutePattern.RawText!.TrimStart('/')),
        ];
    }

    private sealed record Route(string Method, string Pattern);
}
