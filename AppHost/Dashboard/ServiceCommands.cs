using System.Text.Json;
using Microblog.AppHost.Health;
using Microsoft.Extensions.DependencyInjection;

namespace Microblog.AppHost.Dashboard;

/// <summary>The buttons that the dashboard shows beside a resource.</summary>
internal static class ServiceCommands
{
    /// <summary>A command that posts to a management route of the service and shows the message of its answer.</summary>
    public static IResourceBuilder<ProjectResource> WithManagementCommand(
        this IResourceBuilder<ProjectResource> builder, string path, string displayName, string description, string icon, string? confirmation = null) =>
        builder.WithHttpCommand(path, displayName, endpointName: "management", commandName: path.Replace("/manage/", "").Replace('/', '-'), commandOptions: new HttpCommandOptions
        {
            Description = description,
            ConfirmationMessage = confirmation,
            IconName = icon,
            GetCommandResult = async context =>
            {
                var body = await context.Response.Content.ReadAsStringAsync(context.CancellationToken);
                return context.Response.IsSuccessStatusCode
                    ? CommandResults.Success(Message(body))
                    : CommandResults.Failure($"{displayName} failed with status {(int)context.Response.StatusCode}: {Message(body)}");
            },
        });

    /// <summary>A command that empties the Redis server.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> WithFlushCommand(this IResourceBuilder<IResourceWithConnectionString> redis) =>
        redis.WithCommand("flush", "Flush", async context =>
        {
            var address = await redis.Resource.GetConnectionStringAsync(context.CancellationToken);
            await RedisConnection.ExecuteAsync(address ?? "", "FLUSHALL", context.CancellationToken);
            return CommandResults.Success("Redis is empty; timelines are rebuilt from PostgreSQL as they are read.");
        }, new CommandOptions
        {
            Description = "Deletes every key. Nothing is lost: PostgreSQL holds the truth.",
            ConfirmationMessage = "Delete every key in Redis? Timelines are rebuilt from PostgreSQL as they are read.",
            IconName = "Broom",
        });

    /// <summary>The seeding tool as a resource that is started by hand, and a command of the API that starts it.</summary>
    public static IResourceBuilder<ProjectResource> WithSeedCommand(this IResourceBuilder<ProjectResource> api, string repository)
    {
        var builder = api.ApplicationBuilder;
        if (builder.ExecutionContext.IsPublishMode)
        {
            return api;
        }

        var seed = builder.AddExecutable("seed", "dotnet", repository, "run", "--configuration", "Release", "--verbosity", "quiet", "--project", "eng/Seed", "--", "--url", api.GetEndpoint("http"))
            .WithExplicitStart()
            .WithParentRelationship(api)
            .WithIconName("PlantGrass")
            .ExcludeFromManifest();
        ResourceCommandService? commands = null;
        builder.OnBeforeStart((started, _) =>
        {
            commands = started.Services.GetRequiredService<ResourceCommandService>();
            return Task.CompletedTask;
        });
        return api.WithCommand("seed", "Seed demo data", context => commands!.ExecuteCommandAsync(seed.Resource, KnownResourceCommands.StartCommand, context.CancellationToken), new CommandOptions
        {
            Description = "Fills the system through its public API with a demonstration community; the log of the resource seed shows how far it is.",
            ConfirmationMessage = "Add 1,000 demonstration accounts and 10,000 statuses?",
            IconName = "PlantGrass",
        });
    }

    private static string Message(string body)
    {
        try
        {
            return JsonDocument.Parse(body).RootElement.GetProperty("message").GetString() ?? body;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return body;
        }
    }
}
