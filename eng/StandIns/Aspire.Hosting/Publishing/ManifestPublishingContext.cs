using System.Text.Json;

namespace Aspire.Hosting.Publishing;

public sealed class ManifestPublishingContext(DistributedApplicationExecutionContext executionContext, string manifestPath, Utf8JsonWriter writer, CancellationToken cancellationToken = default)
{
    private readonly PortAllocator _ports = new();

    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    public string ManifestPath { get; } = manifestPath;

    public Utf8JsonWriter Writer { get; } = writer;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    [return: NotNullIfNotNull(nameof(path))]
    public string? GetManifestRelativePath(string? path) => path is null
        ? null
        : Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(ManifestPath))!, path).Replace('\\', '/');

    public void WriteConnectionString(IResource resource)
    {
        if (resource.TryGetLastAnnotation<ConnectionStringRedirectAnnotation>(out var redirected))
        {
            Writer.WriteString("connectionString", redirected.Resource.ConnectionStringExpression.ValueExpression);
        }
        else if (resource is IResourceWithConnectionString source)
        {
            Writer.WriteString("connectionString", source.ConnectionStringExpression.ValueExpression);
        }
    }

    public void WriteBindings(IResource resource)
    {
        if (!resource.HasAnnotationOfType<EndpointAnnotation>())
        {
            return;
        }

        Writer.WriteStartObject("bindings");
        foreach (var resolved in resource.ResolveEndpoints(_ports))
        {
            var endpoint = resolved.Endpoint;
            Writer.WriteStartObject(endpoint.Name);
            Writer.WriteString("scheme", endpoint.UriScheme);
            Writer.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
            Writer.WriteString("transport", endpoint.Transport);
            if (resolved.ExposedPort is { IsImplicit: false, Value: { } port } && port != resolved.TargetPort.Value)
            {
                Writer.WriteNumber("port", port);
            }

            if (resolved.TargetPort.Value is { } targetPort)
            {
                Writer.WriteNumber("targetPort", targetPort);
            }

            if (endpoint.IsExternal)
            {
                Writer.WriteBoolean("external", true);
            }

            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
    }

    public async Task WriteEnvironmentVariablesAsync(IResource resource)
    {
        var configuration = await ExecutionConfigurationBuilder.Create(resource).WithEnvironmentVariablesConfig().BuildAsync(ExecutionContext, cancellationToken: CancellationToken);
        ThrowIfFailed(resource, configuration);
        if (configuration.EnvironmentVariables.Any())
        {
            Writer.WriteStartObject("env");
            foreach (var (name, value) in configuration.EnvironmentVariables)
            {
                Writer.WriteString(name, value);
            }

            Writer.WriteEndObject();
        }
    }

    public async Task WriteCommandLineArgumentsAsync(IResource resource)
    {
        var configuration = await ExecutionConfigurationBuilder.Create(resource).WithArgumentsConfig().BuildAsync(ExecutionContext, cancellationToken: CancellationToken);
        ThrowIfFailed(resource, configuration);
        if (configuration.Arguments.Any())
        {
            Writer.WriteStartArray("args");
            foreach (var (value, _) in configuration.Arguments)
            {
                Writer.WriteStringValue(value);
            }

            Writer.WriteEndArray();
        }
    }

    public async Task WriteContainerAsync(ContainerResource container)
    {
        if (!container.TryGetContainerImageName(out var image))
        {
            throw new DistributedApplicationException("Could not get container image name.");
        }

        Writer.WriteString("type", "container.v0");
        WriteConnectionString(container);
        Writer.WriteString("image", image);
        if (container.Entrypoint is not null)
        {
            Writer.WriteString("entrypoint", container.Entrypoint);
        }

        await WriteCommandLineArgumentsAsync(container);
        WriteMounts(container, ContainerMountType.BindMount, "bindMounts");
        WriteMounts(container, ContainerMountType.Volume, "volumes");
        await WriteEnvironmentVariablesAsync(container);
        WriteBindings(container);
    }

    private void WriteMounts(ContainerResource container, ContainerMountType type, string name)
    {
        var mounts = container.Annotations.OfType<ContainerMountAnnotation>().Where(m => m.Type == type).ToArray();
        if (mounts.Length == 0)
        {
            return;
        }

        Writer.WriteStartArray(name);
        foreach (var mount in mounts)
        {
            Writer.WriteStartObject();
            Writer.WriteString(type == ContainerMountType.Volume ? "name" : "source", type == ContainerMountType.Volume ? mount.Source : GetManifestRelativePath(mount.Source));
            Writer.WriteString("target", mount.Target);
            Writer.WriteBoolean("readOnly", mount.IsReadOnly);
            Writer.WriteEndObject();
        }

        Writer.WriteEndArray();
    }

    private static void ThrowIfFailed(IResource resource, IExecutionConfigurationResult configuration)
    {
        if (configuration.Exception is { } problem)
        {
            throw new DistributedApplicationException($"The configuration of '{resource.Name}' cannot be published: {problem.Message}", problem);
        }
    }
}
