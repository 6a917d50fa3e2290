using Microblog.AppHost.Containers;
using Microblog.AppHost.Data;
using Microblog.AppHost.Options;
using Microblog.AppHost.Publishing;
using Microsoft.Extensions.DependencyInjection;

namespace Microblog.AppHost.Startup;

/// <summary>The parts of the model that are about this run rather than about the system.</summary>
internal static class BuilderExtensions
{
    /// <summary>Whether the backing servers are containers; always in the published model.</summary>
    public static bool UsesContainers(this IDistributedApplicationBuilder builder, AppHostOptions options) =>
        builder.ExecutionContext.IsPublishMode || options.Backing is "containers" || (options.Backing is "auto" && ContainerRuntime.Find() is not null);

    /// <summary>The data directory; it is locked, and emptied if asked, when the application starts.</summary>
    public static DataDirectory AddDataDirectory(this IDistributedApplicationBuilder builder, AppHostOptions options, bool containers)
    {
        var data = new DataDirectory(options.Data);
        if (builder.ExecutionContext.IsRunMode)
        {
            // Created by a factory so that the container disposes of it, after the servers have stopped.
            builder.Services.AddSingleton(_ => data);
            builder.OnBeforeStart((started, _) =>
            {
                if (containers && ContainerRuntime.Find() is null)
                {
                    throw new AppHostException("No container runtime answers. Start Docker or Podman, or use --backing native.");
                }

                started.Services.GetRequiredService<DataDirectory>().Open(options.Fresh, options.Ephemeral);
                if (containers && options.Fresh)
                {
                    ContainerRuntime.RemoveVolumes(ContainerServers.Volumes(data));
                }

                return Task.CompletedTask;
            });
        }

        return data;
    }

    /// <summary>Lets all processes of the API keep images in the same place. Published, they are told of a storage service instead.</summary>
    public static IResourceBuilder<ProjectResource> WithMediaDirectory(this IResourceBuilder<ProjectResource> api, DataDirectory data) =>
        api.ApplicationBuilder.ExecutionContext.IsRunMode
            ? api.WithEnvironment("Microblog__Media__Directory", data.File("media"))
            : api.WithPlatformValue("Microblog__Media__Container", Platform.MediaContainerUrl);

    /// <summary>What encrypts private keys in the database: a parameter of the deployment. A run on this machine does without.</summary>
    public static IResourceBuilder<ParameterResource>? AddKeyEncryptionKey(this IDistributedApplicationBuilder builder) => builder.ExecutionContext.IsPublishMode
        ? builder.AddParameter("key-encryption-key", new GenerateParameterDefault { MinLength = 44, Special = false }, secret: true)
        : null;

    /// <summary>Gives a service what encrypts private keys in the database; the API writes them, the worker reads the one for pushes.</summary>
    public static IResourceBuilder<ProjectResource> WithKeyEncryptionKey(this IResourceBuilder<ProjectResource> service, IResourceBuilder<ParameterResource>? key) =>
        key is null ? service : service.WithEnvironment("Microblog__KeyEncryptionKey", key);

    /// <summary>Prints how the start went, and writes <see cref="RunningSystem.FileName"/> into the data directory.</summary>
    public static void AddStartupReport(this IDistributedApplicationBuilder builder, DataDirectory data)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            builder.OnBeforeStart((started, _) =>
            {
                // Not a hosted service: those start only when every resource has been created.
                ActivatorUtilities.CreateInstance<StartupReport>(started.Services, started.Model, data).Begin();
                return Task.CompletedTask;
            });
        }
    }
}
