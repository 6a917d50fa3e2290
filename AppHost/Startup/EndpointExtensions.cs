using Microblog.AppHost.Data;
using Microblog.AppHost.Options;
using Microblog.AppHost.Publishing;

namespace Microblog.AppHost.Startup;

/// <summary>The two endpoints that a service may have, and the address under which a test mode is known.</summary>
internal static class EndpointExtensions
{
    /// <summary>Name of the endpoint for health checks and operations.</summary>
    public const string Management = "management";

    /// <summary>
    /// The public endpoint <c>http</c>: the launch profile's port, or the given one. A port of the launch profile that is
    /// taken is replaced by a free one, so that two systems can run side by side.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithPublicPort(this IResourceBuilder<ProjectResource> service, int? port) =>
        service
            .WithEndpoint("http", endpoint =>
            {
                endpoint.IsExternal = true;
                if (service.ApplicationBuilder.ExecutionContext.IsRunMode)
                {
                    if (port is { } wanted && !Ports.IsFree(wanted))
                    {
                        throw new AppHostException($"--api-port {wanted} is taken by another program.");
                    }

                    endpoint.Port = port ?? (endpoint.Port is { } usual && Ports.IsFree(usual) ? usual : null);
                }
            })
            .WithUrlForEndpoint("http", url => url.DisplayText = "API")
            .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/api/v2/instance", DisplayText = "Instance" });

    /// <summary>
    /// Tells a service that the system runs for test suites. These compare addresses with the one they call, so it is
    /// given to every process: the worker builds addresses, too, and sees no request.
    /// </summary>
    /// <exception cref="AppHostException">The model is to be published: nothing of this may reach a deployment.</exception>
    public static IResourceBuilder<ProjectResource> WithTestMode(this IResourceBuilder<ProjectResource> service, AppHostOptions options) =>
        !options.TestMode ? service
            : service.ApplicationBuilder.ExecutionContext.IsPublishMode ? throw new AppHostException("--test-mode is for runs on this machine; it cannot be published.")
            : service.WithEnvironment("Microblog__TestMode", "true").WithEnvironment("Microblog__PublicUrl", options.TestUrl);

    /// <summary>The endpoint <c>management</c>, for health checks and operations; never public.</summary>
    public static IResourceBuilder<ProjectResource> WithManagementEndpoint(this IResourceBuilder<ProjectResource> service) =>
        service
            .WithHttpEndpoint(name: Management, targetPort: service.ApplicationBuilder.ExecutionContext.IsPublishMode ? PublishedExtensions.ManagementPort : null)
            // Not by the endpoint's env parameter: that would take the port out of the addresses which the service listens on.
            .WithEnvironment("MANAGEMENT_PORT", ReferenceExpression.Create($"{service.GetEndpoint(Management).Property(EndpointProperty.TargetPort)}"))
            .WithProbes(Management)
            .WithUrlForEndpoint(Management, url => (url.Url, url.DisplayText) = ("/health", "Health"));
}
