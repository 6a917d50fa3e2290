using System.Text.Json;
using Microblog.AppHost.Data;

namespace Microblog.AppHost.Startup;

/// <summary>
/// Where the running system can be reached, for scripts and people at the keyboard. The file holds passwords: only its owner
/// can read it. It exists while the system is up.
/// </summary>
/// <param name="ApiUrl">The public API.</param>
/// <param name="ManagementUrl">Management endpoint of the API: <c>/health</c> and <c>/manage</c>.</param>
/// <param name="WorkerManagementUrl">The same of the feed worker.</param>
/// <param name="QueuesUrl">RabbitMQ's management page, where there is one.</param>
/// <param name="Pid">The AppHost's process.</param>
/// <param name="ConnectionStrings">By connection name.</param>
internal sealed record RunningSystem(
    string? ApiUrl, string? ManagementUrl, string? WorkerManagementUrl, string? QueuesUrl, int Pid, Dictionary<string, string?> ConnectionStrings)
{
    /// <summary>Name of the file in the data directory.</summary>
    public const string FileName = "running.json";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Reads the addresses from the model of a started application.</summary>
    public static async Task<RunningSystem> ReadAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var connectionStrings = new Dictionary<string, string?>();
        foreach (var name in new[] { "microblog", "replica", "redis", "rabbitmq" })
        {
            if (model.Resources.FirstOrDefault(resource => resource.Name == name) is IResourceWithConnectionString resource)
            {
                connectionStrings[name] = await resource.GetConnectionStringAsync(cancellationToken);
            }
        }

        return new(
            Url(model, "apiservice", "http"), Url(model, "apiservice", "management"), Url(model, "feedworker", "management"),
            Url(model, "rabbitmq", "management"), Environment.ProcessId, connectionStrings);
    }

    /// <summary>Writes the file.</summary>
    public void Save(DataDirectory data) => data.WritePrivate(FileName, JsonSerializer.Serialize(this, Format));

    private static string? Url(DistributedApplicationModel model, string resource, string endpoint) =>
        model.Resources.FirstOrDefault(candidate => candidate.Name == resource) is IResourceWithEndpoints owner
            && new EndpointReference(owner, endpoint) is { Exists: true, IsAllocated: true } reference
            ? reference.Url
            : null;
}
