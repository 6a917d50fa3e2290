using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Postgres;

namespace Aspire.Hosting;

public static partial class PostgresBuilderExtensions
{
    public static IResourceBuilder<T> WithPgAdmin<T>(this IResourceBuilder<T> builder, Action<IResourceBuilder<PgAdminContainerResource>>? configureContainer = null, string? containerName = null)
        where T : PostgresServerResource
    {
        // One tool for all servers of the model.
        var application = builder.ApplicationBuilder;
        if (application.Resources.OfType<PgAdminContainerResource>().SingleOrDefault() is { } existing)
        {
            configureContainer?.Invoke(application.CreateResourceBuilder(existing));
            return builder;
        }

        var tool = application.AddResource(new PgAdminContainerResource(containerName ?? "pgadmin"))
            .WithImage("dpage/pgadmin4", "9.15.0")
            .WithImageRegistry(Registry)
            .WithHttpEndpoint(targetPort: 80, name: "http")
            .WithEnvironment("PGADMIN_CONFIG_MASTER_PASSWORD_REQUIRED", "False")
            .WithEnvironment("PGADMIN_CONFIG_SERVER_MODE", "False")
            .WithEnvironment("PGADMIN_DEFAULT_EMAIL", "admin@domain.com")
            .WithEnvironment("PGADMIN_DEFAULT_PASSWORD", "admin")
            .WithHttpHealthCheck("/browser")
            .ExcludeFromManifest();
        configureContainer?.Invoke(tool);
        tool.WithRelationship(builder.Resource, "PgAdmin");
        return builder;
    }

    public static IResourceBuilder<PostgresServerResource> WithPgWeb(this IResourceBuilder<PostgresServerResource> builder, Action<IResourceBuilder<PgWebContainerResource>>? configureContainer = null, string? containerName = null)
    {
        var application = builder.ApplicationBuilder;
        if (application.Resources.OfType<PgWebContainerResource>().SingleOrDefault() is { } existing)
        {
            configureContainer?.Invoke(application.CreateResourceBuilder(existing));
            return builder;
        }

        var tool = application.AddResource(new PgWebContainerResource(containerName ?? "pgweb"))
            .WithImage("sosedoff/pgweb", "0.17.0")
            .WithImageRegistry(Registry)
            .WithHttpEndpoint(targetPort: 8081, name: "http")
            .WithArgs("--bookmarks-dir=/.pgweb/bookmarks")
            .WithArgs("--sessions")
            .ExcludeFromManifest();
        configureContainer?.Invoke(tool);
        tool.WithRelationship(builder.Resource, "PgWeb").WithHttpHealthCheck();
        return builder;
    }

    public static IResourceBuilder<PgAdminContainerResource> WithHostPort(this IResourceBuilder<PgAdminContainerResource> builder, int? port) =>
        builder.WithEndpoint("http", endpoint => endpoint.Port = port);

    public static IResourceBuilder<PgWebContainerResource> WithHostPort(this IResourceBuilder<PgWebContainerResource> builder, int? port) =>
        builder.WithEndpoint("http", endpoint => endpoint.Port = port);
}
