#pragma warning disable ASPIREPIPELINES001 // pipelines are still marked experimental

using Aspire.Hosting.Pipelines;
using Microblog.Infra.AppModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microblog.AppHost.Publishing;

/// <summary>The step that hands the model over to the Pulumi program.</summary>
public static class PulumiPublishing
{
    /// <summary>Name of the step: <c>--operation publish --step publish-pulumi</c>, or <c>aspire do publish-pulumi</c>.</summary>
    public const string StepName = "publish-pulumi";

    private const string ModelFile = "app-model.json";
    private const string SchemaFile = "app-model.schema.json";

    /// <summary>
    /// Adds the step, which is also part of <c>aspire publish</c>. It writes into <c>Infra</c>, unless <c>--output-path</c> names another
    /// directory or a file. No parameter needs a value for it.
    /// </summary>
    public static void AddPulumiPublishing(this IDistributedApplicationBuilder builder, string repository)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            builder.Pipeline.AddStep(StepName, context => WriteAsync(context, Path.Combine(repository, "Infra")), requiredBy: WellKnownPipelineSteps.Publish);
        }
    }

    private static async Task WriteAsync(PipelineStepContext context, string infra)
    {
        var given = context.Services.GetRequiredService<IOptions<PipelineOptions>>().Value.OutputPath;
        var path = Path.GetFullPath(given switch
        {
            null or "" => Path.Combine(infra, ModelFile),
            _ when given.EndsWith(".json", StringComparison.OrdinalIgnoreCase) => given,
            _ => Path.Combine(given, ModelFile),
        });
        var contract = await AppModelWriter.CreateAsync(context.Model, context.ExecutionContext, context.CancellationToken);
        var directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(path, AppContractJson.Write(contract), context.CancellationToken);
        if (directory != infra)
        {
            File.Copy(Path.Combine(infra, SchemaFile), Path.Combine(directory, SchemaFile), overwrite: true);
        }

        // Not completed here: the pipeline does that itself.
        context.ReportingStep.Log(
            LogLevel.Information,
            $"{contract.Services.Count} services ({string.Join(", ", contract.Services.Select(service => service.Name))}), {contract.Connections.Count} connections: {path}");
    }
}
