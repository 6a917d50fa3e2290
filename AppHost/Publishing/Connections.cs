using Microblog.AppHost.Containers;
using Microblog.Infra.AppModel;

namespace Microblog.AppHost.Publishing;

/// <summary>What a deployment provides in the place of the servers of the model.</summary>
internal static class Connections
{
    /// <summary>Virtual host of the broker; the client's default.</summary>
    public const string VirtualHost = "/";

    /// <summary>The counterpart of a resource.</summary>
    /// <exception cref="AppHostException">There is none.</exception>
    public static ConnectionSpec Of(IResource resource, string wantedBy) => resource switch
    {
        PostgresDatabaseResource database => new(database.Name, ConnectionKind.Postgres, ConnectionAccess.Primary, database.DatabaseName),
        PostgresReplica replica => new(replica.Name, ConnectionKind.Postgres, ConnectionAccess.Replica, replica.Database),
        RedisResource redis => new(redis.Name, ConnectionKind.Redis),
        RabbitMQServerResource broker => new(broker.Name, ConnectionKind.RabbitMQ, VirtualHost: VirtualHost),
        PostgresServerResource server => throw new AppHostException($"{wantedBy} refers to the server {server.Name}; refer to one of its databases."),
        _ => throw new AppHostException(
            $"{wantedBy} refers to {resource.Name}, a {resource.GetType().Name}. A deployment has no counterpart for it; there are some for PostgreSQL databases, Redis and RabbitMQ (AppHost/Publishing/Connections.cs)."),
    };
}
