using System.Text.Encodings.Web;
using System.Text.Json;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes the model in the manifest format, so far as the kinds of resources used here go.</summary>
internal static class ManifestWriter
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(PipelineStepContext step)
    {
        var path = Path.GetFullPath(step.Services.GetRequiredService<IOptions<PipelineOptions>>().Value.OutputPath
            ?? throw new DistributedApplicationException("The '--output-path [path]' option was not specified even though '--publisher manifest' argument was used."));
        path = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? path : Path.Combine(path, "aspire-manifest.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var stream = File.Create(path);
        await using var writer = new Utf8JsonWriter(stream, Indented);
        var context = new ManifestPublishingContext(step.ExecutionContext, path, writer, step.CancellationToken);

        writer.WriteStartObject();
        writer.WriteString("$schema", "https://json.schemastore.org/aspire-8.0.json");
        writer.WriteStartObject("resources");
        foreach (var resource in step.Model.Resources.Where(r => !r.IsExcludedFromPublish()))
        {
            writer.WriteStartObject(resource.Name);
            await WriteAsync(resource, context);
            writer.WriteEndObject();
        }

        foreach (var parameter in Parameters(step.Model))
        {
            writer.WriteStartObject(parameter.Name);
            WriteParameter(parameter, writer, context);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // Generated passwords are no resources of the model, but expressions name them.
    private static IEnumerable<ParameterResource> Parameters(DistributedApplicationModel model) => model.Resources
        .Where(r => !r.IsExcludedFromPublish())
        .OfType<IResourceWithConnectionString>()
        .SelectMany(r => References(r.ConnectionStringExpression))
        .OfType<ParameterResource>()
        .Distinct()
        .Where(p => !model.Resources.Contains(p));

    private static IEnumerable<object> References(IValueWithReferences value) => value.References.SelectMany(r => (object[])[r, .. r is IValueWithReferences inner and not IResource ? References(inner) : []]);

    private static async Task WriteAsync(IResource resource, ManifestPublishingContext context)
    {
        var writer = context.Writer;
        if (resource.TryGetLastAnnotation<ManifestPublishingCallbackAnnotation>(out var annotation) && annotation.Callback is { } callback)
        {
            await callback(context);
            return;
        }

        switch (resource)
        {
            case ContainerResource container:
                await context.WriteContainerAsync(container);
                break;
            case ProjectResource project:
                writer.WriteString("type", "project.v0");
                writer.WriteString("path", context.GetManifestRelativePath(project.GetProjectMetadata().ProjectPath));
                await context.WriteCommandLineArgumentsAsync(project);
                await context.WriteEnvironmentVariablesAsync(project);
                context.WriteBindings(project);
                break;
            case ExecutableResource executable:
                writer.WriteString("type", "executable.v0");
                context.WriteConnectionString(executable);
                writer.WriteString("workingDirectory", context.GetManifestRelativePath(executable.WorkingDirectory));
                writer.WriteString("command", executable.Command);
                await context.WriteCommandLineArgumentsAsync(executable);
                await context.WriteEnvironmentVariablesAsync(executable);
                context.WriteBindings(executable);
                break;
            case ParameterResource parameter:
                WriteParameter(parameter, writer, context);
                break;
            case IResourceWithConnectionString:
                writer.WriteString("type", "value.v0");
                context.WriteConnectionString(resource);
                break;
            default:
                writer.WriteString("error", "This resource does not support generation in the manifest.");
                break;
        }
    }

    private static void WriteParameter(ParameterResource parameter, Utf8JsonWriter writer, ManifestPublishingContext context)
    {
        writer.WriteString("type", "parameter.v0");
        writer.WriteString(parameter.IsConnectionString ? "connectionString" : "value", $"{{{parameter.Name}.inputs.value}}");
        writer.WriteStartObject("inputs");
        writer.WriteStartObject("value");
        writer.WriteString("type", "string");
        if (parameter.Secret)
        {
            writer.WriteBoolean("secret", true);
        }

        if (parameter.Default is not null)
        {
            writer.WriteStartObject("default");
            parameter.Default.WriteToManifest(context);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
