using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microblog.AppHost.Publishing;
using Microblog.Infra.AppModel;
using Microsoft.Extensions.DependencyInjection;

namespace Microblog.AppHost.Tests;

/// <summary>What the AppHost hands over to a deployment.</summary>
internal static class PublishedModel
{
    /// <summary>What writes it, for those who have to.</summary>
    public const string Command = "dotnet run --project AppHost -- --operation publish --step publish-pulumi";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>The file that is committed.</summary>
    public static string CommittedFile { get; } = Path.Combine(Repository.Root, "Infra", "app-model.json");

    /// <summary>The model in publish mode, which a test may change before it runs a step.</summary>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(string outputPath, string step = PulumiPublishing.StepName, params string[] arguments) =>
        Model.CreateAsync(["--operation", "publish", "--step", step, "--output-path", outputPath, .. arguments]);

    /// <summary>Runs the step that the builder was created for, as the command does.</summary>
    public static async Task RunAsync(IDistributedApplicationTestingBuilder builder)
    {
        await using var app = await builder.BuildAsync().WaitAsync(Timeout);
        await app.RunAsync().WaitAsync(Timeout);
    }

    /// <summary>The contract as JSON, written by the step into a directory of its own.</summary>
    public static async Task<JsonNode> PublishAsync(Action<IDistributedApplicationTestingBuilder>? change = null, params string[] arguments)
    {
        using var directory = new TemporaryDirectory();
        await using var builder = await CreateAsync(directory.Path, arguments: arguments);
        change?.Invoke(builder);
        await RunAsync(builder);
        return JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(directory.Path, "app-model.json")))!;
    }

    /// <summary>The contract of a changed model, without the step around it.</summary>
    public static async Task<AppContract> ContractAsync(Action<IDistributedApplicationTestingBuilder>? change = null, params string[] arguments)
    {
        using var directory = new TemporaryDirectory();
        await using var builder = await CreateAsync(directory.Path, arguments: arguments);
        change?.Invoke(builder);
        await using var app = await builder.BuildAsync().WaitAsync(Timeout);
        return await AppModelWriter.CreateAsync(app.Services.GetRequiredService<DistributedApplicationModel>(), builder.ExecutionContext);
    }
}

/// <summary>A directory that goes with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("microblog-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
