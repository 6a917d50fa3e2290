using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;

namespace Aspire.Hosting;

public static class RabbitMQBuilderExtensions
{
    private const string Image = "library/rabbitmq";
    private const string DataDirectory = "/var/lib/rabbitmq";

    public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null, IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        var server = new RabbitMQServerResource(name, userName?.Resource, password?.Resource ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false));
        return builder.AddResource(server)
            .WithImage(Image, "4.3")
            .WithImageRegistry("docker.io")
            .WithEndpoint(port: port, targetPort: 5672, name: RabbitMQServerResource.PrimaryEndpointName)
            .WithEnvironment(context =>
            {
                context.EnvironmentVariables["RABBITMQ_DEFAULT_USER"] = server.UserNameReference;
                context.EnvironmentVariables["RABBITMQ_DEFAULT_PASS"] = server.PasswordParameter;
            })
            .WithContainerHealthCheck();
    }

    public static IResourceBuilder<RabbitMQServerResource> WithDataVolume(this IResourceBuilder<RabbitMQServerResource> builder, string? name = null, bool isReadOnly = false) =>
        WithStableNodeName(builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), DataDirectory, isReadOnly));

    public static IResourceBuilder<RabbitMQServerResource> WithDataBindMount(this IResourceBuilder<RabbitMQServerResource> builder, string source, bool isReadOnly = false) =>
        WithStableNodeName(builder.WithBindMount(source, DataDirectory, isReadOnly));

    public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(this IResourceBuilder<RabbitMQServerResource> builder) => builder.WithManagementPlugin(null);

    public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(this IResourceBuilder<RabbitMQServerResource> builder, int? port)
    {
        if (!builder.Resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var image) || image.Image != Image || image.Tag is null)
        {
            throw new DistributedApplicationException($"Cannot configure the RabbitMQ resource '{builder.Resource.Name}' to enable the management plugin as it uses an unrecognized container image registry, name, or tag.");
        }

        // The variant with the plugin is a tag of its own; "4.3-alpine" becomes "4.3-management-alpine".
        if (!image.Tag.Contains("management", StringComparison.Ordinal))
        {
            image.Tag = image.Tag.EndsWith("-alpine", StringComparison.Ordinal) ? image.Tag[..^"-alpine".Length] + "-management-alpine" : image.Tag + "-management";
        }

        return builder.WithHttpEndpoint(port: port, targetPort: 15672, name: RabbitMQServerResource.ManagementEndpointName);
    }

    // The store of a node is named after the node, so a name that changes would lose it.
    private static IResourceBuilder<RabbitMQServerResource> WithStableNodeName(IResourceBuilder<RabbitMQServerResource> builder) =>
        builder.ApplicationBuilder.ExecutionContext.IsRunMode ? builder.WithEnvironment("RABBITMQ_NODENAME", $"{builder.Resource.Name}@localhost") : builder;
}
