using System.Text.Json;
using Dapper;
using Microblog.Contracts;
using Npgsql;
using RabbitMQ.Client;

namespace Microblog.FeedWorker.Push;

/// <summary>Hands notifications over for pushing, a message per subscription, so that each is tried again for itself and none waits for another's service.</summary>
public sealed class PushQueue(NpgsqlDataSource primary, BrokerPublisher publisher)
{
    /// <summary>
    /// SQL: the subscription <c>s</c> is for the notification <c>n</c>. One that is older than an hour is no news; one from before the subscription was not asked for.
    /// </summary>
    internal const string Wants =
        """
        NOT n.filtered AND n.type = ANY(s.alerts) AND n.created_at >= s.changed_at AND n.created_at > now() - interval '1 hour'
            AND (s.policy = 'all'
                OR (s.policy <> 'none' AND n.from_account_id = n.account_id)
                OR (s.policy = 'followed' AND EXISTS (SELECT FROM follows f WHERE f.account_id = n.account_id AND f.target_id = n.from_account_id))
                OR (s.policy = 'follower' AND EXISTS (SELECT FROM follows f WHERE f.account_id = n.from_account_id AND f.target_id = n.account_id)))
        """;

    private const int Window = 128;

    /// <summary>Hands over what was not yet. Marked afterwards: a crash in between pushes twice rather than never.</summary>
    public async Task AddAsync(IReadOnlyList<NewNotification> notifications, CancellationToken cancellationToken)
    {
        if (notifications.Count == 0)
        {
            return;
        }
        const string Due =
            $"""
            SELECT s.account_id, s.id AS subscription_id, n.id AS notification_id
            FROM unnest(@accounts, @ids) AS new (account_id, id)
            JOIN push_subscriptions s ON s.account_id = new.account_id
            JOIN notifications n ON n.account_id = new.account_id AND n.id = new.id
            WHERE NOT n.pushed AND {Wants}
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        var arguments = new { accounts = notifications.Select(notification => notification.AccountId).ToArray(), ids = notifications.Select(notification => notification.Id).ToArray() };
        var due = (await connection.QueryAsync<PushDue>(new CommandDefinition(Due, arguments, cancellationToken: cancellationToken))).AsList();
        if (due.Count == 0)
        {
            return;
        }
        var channel = await publisher.ChannelAsync(cancellationToken);
        foreach (var window in due.Chunk(Window))
        {
            await Task.WhenAll(window.Select(push => PublishAsync(channel, push, cancellationToken)));
        }
        const string Mark = "UPDATE notifications n SET pushed = true FROM unnest(@accounts, @ids) AS new (account_id, id) WHERE n.account_id = new.account_id AND n.id = new.id";
        var pushed = new { accounts = due.Select(push => push.AccountId).ToArray(), ids = due.Select(push => push.NotificationId).ToArray() };
        await connection.ExecuteAsync(new CommandDefinition(Mark, pushed, cancellationToken: cancellationToken));
    }

    private static async Task PublishAsync(IChannel channel, PushDue push, CancellationToken cancellationToken)
    {
        var properties = new BasicProperties { Persistent = true, ContentType = "application/json", Type = BrokerTopology.PushDue };
        var body = JsonSerializer.SerializeToUtf8Bytes(push, MessageJson.Default.PushDue);
        await channel.BasicPublishAsync(BrokerTopology.Exchange, BrokerTopology.PushDue, mandatory: true, properties, body, cancellationToken);
    }
}
