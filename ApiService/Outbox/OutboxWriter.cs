using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microblog.ApiService.Database;
using Microblog.Contracts;

namespace Microblog.ApiService.Outbox;

/// <summary>Puts messages into the outbox, in the transaction of the change they tell of; it cannot be called without one.</summary>
public static class OutboxWriter
{
    /// <summary>A status was inserted.</summary>
    public static Task AddAsync(Write write, StatusPosted message) => AddAsync(write, BrokerTopology.StatusPosted, message, MessageJson.Default.StatusPosted);

    /// <summary>A status was deleted.</summary>
    public static Task AddAsync(Write write, StatusDeleted message) => AddAsync(write, BrokerTopology.StatusDeleted, message, MessageJson.Default.StatusDeleted);

    /// <summary>A follow or a request to follow began or ended.</summary>
    public static Task AddAsync(Write write, FollowChanged message) => AddAsync(write, BrokerTopology.FollowChanged, message, MessageJson.Default.FollowChanged);

    /// <summary>A status was edited.</summary>
    public static Task AddAsync(Write write, StatusEdited message) => AddAsync(write, BrokerTopology.StatusEdited, message, MessageJson.Default.StatusEdited);

    /// <summary>What a home holds has changed.</summary>
    public static Task AddAsync(Write write, HomeChanged message) => AddAsync(write, BrokerTopology.HomeChanged, message, MessageJson.Default.HomeChanged);

    /// <summary>A favourite was given or taken back.</summary>
    public static Task AddAsync(Write write, FavouriteChanged message) => AddAsync(write, BrokerTopology.FavouriteChanged, message, MessageJson.Default.FavouriteChanged);

    /// <summary>A poll has ended.</summary>
    public static Task AddAsync(Write write, PollEnded message) => AddAsync(write, BrokerTopology.PollEnded, message, MessageJson.Default.PollEnded);

    private static async Task AddAsync<T>(Write write, string routingKey, T message, JsonTypeInfo<T> type)
    {
        const string Sql = "INSERT INTO outbox (routing_key, payload, traceparent) VALUES (@routingKey, @payload, @traceparent)";
        var payload = JsonSerializer.SerializeToUtf8Bytes(message, type);
        await write.ExecuteAsync(Sql, new { routingKey, payload, traceparent = Activity.Current?.Id });
        write.HasOutbox = true;
    }
}
