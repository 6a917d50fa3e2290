using System.Globalization;
using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Components;

/// <summary>When more replicas are started; the rule that wants most wins.</summary>
/// <param name="Name">Name of the rule.</param>
/// <param name="Type"><c>http</c>, or the type of a KEDA scaler.</param>
/// <param name="Metadata">As Container Apps or the scaler wants it.</param>
public sealed record AppsScaling(string Name, string Type, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>KEDA's scaler for queues.</summary>
    public const string RabbitMQ = "rabbitmq";

    /// <summary>Seconds between looks at queues and cores.</summary>
    public const int PollingSeconds = 15;

    /// <summary>Seconds of nothing to do before the last replica may go; nobody has fewer than one here, so it only must not be short.</summary>
    public const int CooldownSeconds = 300;

    /// <summary>Percent of its cores at which a replica has company: what is left is there when a zone is lost.</summary>
    private const int BusyPercent = 70;

    /// <summary>The rules of a service; none when it does not grow.</summary>
    public static IReadOnlyList<AppsScaling> Of(ServiceSpec service, AppContract model, AppsReplicas replicas, Load load)
    {
        if (replicas.Max <= replicas.Min)
        {
            return [];
        }
        var rules = new List<AppsScaling> { Cpu };
        if (service.Scale?.HttpConcurrency is { } concurrency)
        {
            var streams = AppsReplicas.IsPlannedApi(service, model) && model.Routes.Streaming.Count > 0 ? StreamsEach(load, replicas) : 0;
            rules.Add(new("http", "http", new Dictionary<string, string> { ["concurrentRequests"] = Text(concurrency + streams) }));
        }
        rules.AddRange((service.Scale?.Queues ?? []).Select(queue => new AppsScaling($"queue-{queue.Queue.Replace('.', '-').ToLowerInvariant()}", RabbitMQ, new Dictionary<string, string>
        {
            ["protocol"] = "amqp",
            ["queueName"] = queue.Queue,
            ["mode"] = "QueueLength",
            ["value"] = Text(queue.Length),
        })));
        return rules;
    }

    /// <summary>A rule by the cores that are busy.</summary>
    public static AppsScaling Cpu => new("cpu", "cpu", new Dictionary<string, string> { ["type"] = "Utilization", ["value"] = Text(BusyPercent) });

    /// <summary>
    /// An open stream is a request that does not end. The ingress counts it like any other, although it costs next to nothing; so a replica's share of the
    /// streams comes on top of what the contract allows, or else the streams alone would start hundreds of replicas.
    /// </summary>
    private static int StreamsEach(Load load, AppsReplicas replicas) => (int)Math.Ceiling(load.DailyActiveUsers * load.Growth * load.StreamingShare / replicas.Max);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
