using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Components;

/// <summary>
/// Alerts on what the broker says of itself: each node writes a line of JSON a minute to its system log
/// (<c>Broker/stats.sh</c>: node, certificateDays, alarms, queues with messages and consumers), which the workspace collects.
/// </summary>
public static class AlertsBroker
{
    /// <summary>Name of the lines' writer in the system log.</summary>
    public const string Writer = "microblog-broker-stats";

    /// <summary>Days before the end of the certificate that somebody has to renew it.</summary>
    private const int CertificateDays = 21;

    /// <summary>A queue that one replica is enough for, times the replicas there may be, times this, takes minutes to work off.</summary>
    private const int Backlog = 20;

    private const string Lines = $"""
        Syslog
        | where ProcessName == "{Writer}"
        | extend Line = parse_json(SyslogMessage)
        | extend Node = tostring(Line.node)
        """;

    private const string Queues = $$"""
        {{Lines}}
        | summarize arg_max(TimeGenerated, Line) by Node
        | mv-expand Queue = bag_keys(Line.queues) to typeof(string)
        | extend State = Line.queues[Queue]
        | extend Messages = tolong(State.messages), Consumers = tolong(State.consumers)
        """;

    /// <summary>The alerts; none when somebody else runs the broker.</summary>
    public static IEnumerable<QueryRule> Rules(AppContract model, BrokerSize size, ServiceSize worker)
    {
        if (size.Nodes == 0)
        {
            yield break;
        }
        yield return new("broker-alarm", $"""
            {Lines}
            | where array_length(Line.alarms) > 0
            | summarize Alarms = make_set(tostring(Line.alarms)) by Node
            """, 5, 5, 0, "The broker has run out of memory, disk or file handles and holds back whoever publishes.") { Everywhere = true };
        yield return new("broker-nodes", $"""
            {Lines}
            | summarize Nodes = dcount(Node)
            | where Nodes < {size.Nodes}
            """, 10, 5, 1, $"Not all {size.Nodes} nodes of the broker have written to the log: RabbitMQ is down on one, or its log is not collected.");
        yield return new("broker-certificate", $"""
            {Lines}
            | extend Days = toint(Line.certificateDays)
            | where Days < {CertificateDays}
            | summarize Days = min(Days) by Node
            """, 60, 60, 2, $"The broker's certificate ends within {CertificateDays} days; then no service can connect. docs/operations.md says how to renew it.") { Everywhere = true };
        var work = model.Services.SelectMany(service => service.Scale?.Queues ?? []).ToList();
        if (work.Count > 0)
        {
            var limits = string.Join(", ", work.Select(queue => FormattableString.Invariant($"\"{queue.Queue}\", {(long)queue.Length * Math.Max(1, worker.MaxReplicas) * Backlog}")));
            yield return new("broker-backlog", $"""
                let limits = bag_pack({limits});
                {Queues}
                | where Messages > tolong(limits[Queue])
                | project TimeGenerated, Queue, Messages
                """, 10, 5, 2, "More messages wait than all workers together can take within minutes.");
            yield return new("broker-unheard", $"""
                {Queues}
                | where Queue in ({string.Join(", ", work.Select(queue => $"\"{queue.Queue}\""))}) and Consumers == 0
                | project TimeGenerated, Queue, Messages
                """, 10, 5, 1, "Nobody takes messages from a queue that services work on.");
        }
        var dead = DeadLetterQueues(model.Broker).ToList();
        if (dead.Count > 0)
        {
            yield return new("broker-dead-letters", $"""
                {Queues}
                | where Queue in ({string.Join(", ", dead.Select(queue => $"\"{queue}\""))}) and Messages > 0
                | project TimeGenerated, Queue, Messages
                """, 10, 10, 3, "Messages that were given up still wait; send them again (docs/operations.md) or throw them away.");
        }
    }

    /// <summary>Queues where messages end: bound to an exchange that other queues give up to, and giving up to nobody themselves.</summary>
    public static IEnumerable<string> DeadLetterQueues(BrokerSpec broker)
    {
        const string Argument = "x-dead-letter-exchange";
        var exchanges = broker.Queues.Select(queue => queue.Arguments.TryGetValue(Argument, out var exchange) ? exchange.GetString() : null).ToHashSet();
        return broker.Queues
            .Where(queue => !queue.Arguments.ContainsKey(Argument) && broker.Bindings.Any(binding => binding.Queue == queue.Name && exchanges.Contains(binding.Exchange)))
            .Select(queue => queue.Name);
    }
}
