using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Microblog.AppHost.Tests;

public sealed class ModelTestsTemporary
{
    [Fact]
    public async Task Commands()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(["--backing", "native", "--data", "/tmp/apphost-check/cmd/d", "--fresh", "--ephemeral", "--api-replicas", "1", "--worker-replicas", "1"]);
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        foreach (var r in new[] { "replica", "apiservice", "feedworker" })
        {
            await app.ResourceNotifications.WaitForResourceHealthyAsync(r).WaitAsync(TimeSpan.FromSeconds(60));
        }
        foreach (var (r, c) in new[] { ("apiservice", "timelines-rebuild"), ("feedworker", "dead-letters-replay"), ("redis", "flush"), ("apiservice", "seed") })
        {
            var resource = builder.Resources.Single(x => x.Name == r);
            var result = await app.ResourceCommands.ExecuteCommandAsync(resource, c);
            Console.WriteLine($"{r} {c}: {result.Success} {result.Message}");
        }
        var e = await app.ResourceNotifications.WaitForResourceAsync("seed", x => x.Snapshot.State?.Text is "Running" or "Finished" or "Exited" or "FailedToStart").WaitAsync(TimeSpan.FromSeconds(30));
        Console.WriteLine($"seed {e.Snapshot.State?.Text} {e.Snapshot.ExitCode}");
        await Task.Delay(25000);
        foreach (var u in new[] { "apiservice", "feedworker", "rabbitmq", "replica" })
        {
            var ev = await app.ResourceNotifications.WaitForResourceAsync(u, _ => true);
            Console.WriteLine($"{u} {ev.Snapshot.State?.Text} " + string.Join(" | ", ev.Snapshot.Urls.Select(x => $"{x.Name} {x.Url} {x.DisplayProperties.DisplayName}")));
        }
        e = await app.ResourceNotifications.WaitForResourceAsync("seed", _ => true);
        Console.WriteLine($"seed {e.Snapshot.State?.Text} {e.Snapshot.ExitCode}");
        Console.WriteLine(File.Exists("/tmp/apphost-check/cmd/d/running.json"));
    }
}
