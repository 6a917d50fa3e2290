using System.Text;
using System.Text.Json;
using Microblog.Infra.AppModel;

namespace Microblog.Infra.Components;

/// <summary>
/// What is declared on the broker before the first client comes, in RabbitMQ's own format (https://www.rabbitmq.com/docs/definitions). The same as
/// the applications declare at their start, so that neither finds something else than it expects.
/// </summary>
public static class BrokerDefinitions
{
    /// <summary>A value in Key Vault may not be longer, bytes.</summary>
    private const int Longest = 25_000;

    /// <summary>The definitions without the users' password hashes, which each node adds.</summary>
    /// <exception cref="AppModelException">They are more than fits in the vault.</exception>
    public static string Render(BrokerSpec broker)
    {
        var vhost = broker.VirtualHost;
        var json = JsonSerializer.Serialize(new
        {
            vhosts = new[] { new { name = vhost, default_queue_type = "quorum" } },
            users = new[] { new { name = BrokerNames.User, tags = "" }, new { name = BrokerNames.Admin, tags = "administrator" } },
            // The application may declare: a new version brings a new queue before this does.
            permissions = new[] { BrokerNames.User, BrokerNames.Admin }.Select(user => new { user, vhost, configure = ".*", write = ".*", read = ".*" }),
            exchanges = broker.Exchanges.Select(exchange => new { name = exchange.Name, vhost, type = exchange.Type, durable = exchange.Durable, auto_delete = false, @internal = false, arguments = new { } }),
            queues = broker.Queues.Select(queue => new { name = queue.Name, vhost, durable = queue.Durable, auto_delete = false, arguments = queue.Arguments }),
            bindings = broker.Bindings.Select(binding => new
            {
                source = binding.Exchange,
                vhost,
                destination = binding.Queue,
                destination_type = "queue",
                routing_key = binding.RoutingKey,
                arguments = binding.Arguments ?? new Dictionary<string, JsonElement>(),
            }),
        });
        return Encoding.UTF8.GetByteCount(json) <= Longest ? json
            : throw new AppModelException(FormattableString.Invariant($"{AppModelReader.FileName}: the broker's definitions are longer than the {Longest} bytes that a vault takes. Declare fewer queues, or let the services declare some of them alone."));
    }
}
