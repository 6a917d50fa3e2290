#pragma warning disable ASPIREPROBES001 // probes are still marked experimental

using Microblog.Infra.AppModel;

namespace Microblog.AppHost.Publishing;

/// <summary>What a deployment needs to know and a run on this machine does not. All of it is without effect here.</summary>
internal static class PublishedExtensions
{
    /// <summary>The port of health and management routes in a container; the public one is Aspire's, 8080.</summary>
    public const int ManagementPort = 8081;

    /// <summary>How many of a service run in a deployment, how large, and what decides about more.</summary>
    public static IResourceBuilder<ProjectResource> WithScale(this IResourceBuilder<ProjectResource> service, Scale scale) =>
        IsPublished(service) ? service.WithReplicas(scale.Min).WithAnnotation(scale, ResourceAnnotationMutationBehavior.Replace) : service;

    /// <summary>A setting whose value the platform knows.</summary>
    public static IResourceBuilder<ProjectResource> WithPlatformValue(this IResourceBuilder<ProjectResource> service, string variable, PlatformValue value) =>
        IsPublished(service) ? service.WithEnvironment(variable, value) : service;

    /// <summary>
    /// Where the public reaches the system, its images and its people. Aspire would have ASP.NET Core believe any proxy about
    /// who is calling; the API believes those that it is told of.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithPublicAddress(this IResourceBuilder<ProjectResource> service) => service
        .DisableForwardedHeaders()
        .WithPlatformValue("Microblog__PublicUrl", Platform.PublicUrl)
        .WithPlatformValue("Microblog__Media__PublicUrl", Platform.MediaPublicUrl)
        .WithPlatformValue("Microblog__ContactEmail", Platform.ContactEmail);

    /// <summary>
    /// The proxies whose word is taken for who is calling, and the header that they say it in. They learn within seconds that a replica is going,
    /// and it answers until then (https://learn.microsoft.com/azure/container-apps/application-lifecycle-management).
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithProxies(this IResourceBuilder<ProjectResource> service) => !IsPublished(service) ? service : service
        .WithPlatformValue("Microblog__ForwardedFrom", Platform.ForwardedFrom)
        .WithPlatformValue("Microblog__ForwardedFor", Platform.ClientAddressHeader)
        .WithEnvironment("SHUTDOWN_DELAY_SECONDS", "10");

    /// <summary>Where a pooler stands before the database; what needs a session of its own goes past it.</summary>
    public static IResourceBuilder<ProjectResource> WithDatabasePooler(this IResourceBuilder<ProjectResource> service) =>
        service.WithPlatformValue("Microblog__Database__PoolerPort", Platform.DatabasePoolerPort);

    /// <summary>The identities of the services, which the migration lets into the database.</summary>
    public static IResourceBuilder<ProjectResource> WithDatabasePrincipals(this IResourceBuilder<ProjectResource> migrations) =>
        migrations.WithPlatformValue("Microblog__Database__Principals", Platform.DatabasePrincipals);

    /// <summary>Trusts the certificate authority of a deployment's broker, which is not one that the whole world knows.</summary>
    public static IResourceBuilder<ProjectResource> WithBrokerTrust(this IResourceBuilder<ProjectResource> service) =>
        service.WithPlatformValue("SSL_CERT_DIR", Platform.BrokerCaDirectory);

    /// <summary>What the edge has to know of the public routes.</summary>
    public static IResourceBuilder<ProjectResource> WithPublicRoutes(this IResourceBuilder<ProjectResource> service, RoutesSpec routes) =>
        IsPublished(service) ? service.WithAnnotation(new PublicRoutes(routes), ResourceAnnotationMutationBehavior.Replace) : service;

    /// <summary>The command that checks a restored database.</summary>
    public static IResourceBuilder<ProjectResource> WithVerification(this IResourceBuilder<ProjectResource> service, params string[] args) =>
        IsPublished(service) ? service.WithAnnotation(new VerificationCommand(args), ResourceAnnotationMutationBehavior.Replace) : service;

    /// <summary>
    /// How a platform asks a process how it is: has it started, does it live, is it ready. The last is also what a run here asks.
    /// All numbers are within what Azure Container Apps takes (https://learn.microsoft.com/azure/container-apps/health-probes).
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithProbes(this IResourceBuilder<ProjectResource> service, string endpoint)
    {
        service.WithHttpProbe(ProbeType.Readiness, "/health", initialDelaySeconds: 1, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3, endpointName: endpoint);
        // Not WithHttpProbe, as that makes a health check of each, and these two would be one more question for a run here to ask.
        return IsPublished(service)
            ? service
                .WithAnnotation(Alive(service, endpoint, ProbeType.Startup, periodSeconds: 5, failureThreshold: 10))
                .WithAnnotation(Alive(service, endpoint, ProbeType.Liveness, periodSeconds: 10, failureThreshold: 6))
            : service;
    }

    private static EndpointProbeAnnotation Alive(IResourceBuilder<ProjectResource> service, string endpoint, ProbeType type, int periodSeconds, int failureThreshold) => new()
    {
        Type = type,
        EndpointReference = service.GetEndpoint(endpoint),
        Path = "/alive",
        InitialDelaySeconds = 1,
        PeriodSeconds = periodSeconds,
        TimeoutSeconds = 5,
        FailureThreshold = failureThreshold,
        SuccessThreshold = 1,
    };

    private static bool IsPublished(IResourceBuilder<ProjectResource> service) => service.ApplicationBuilder.ExecutionContext.IsPublishMode;
}
