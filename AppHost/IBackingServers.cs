namespace Microblog.AppHost;

/// <summary>
/// The servers behind the services, either as containers or as programs installed on this machine. Consumers see the same
/// connection names in both.
/// </summary>
public interface IBackingServers
{
    /// <summary>PostgreSQL server <c>postgres</c>, the primary. Its databases exist as soon as it is healthy.</summary>
    IResourceBuilder<IResource> AddPostgres();

    /// <summary>
    /// The database <c>microblog</c> of <see cref="AddPostgres"/>. Consumers wait for the server: waiting for a mere
    /// connection string does not wait for what it points to.
    /// </summary>
    IResourceBuilder<IResourceWithConnectionString> AddDatabase();

    /// <summary>Streaming replica <c>replica</c> of <see cref="AddPostgres"/>, for reading.</summary>
    IResourceBuilder<IResourceWithConnectionString> AddReplica();

    /// <summary>Redis server <c>redis</c>.</summary>
    IResourceBuilder<IResourceWithConnectionString> AddRedis();

    /// <summary>RabbitMQ broker <c>rabbitmq</c>.</summary>
    IResourceBuilder<IResourceWithConnectionString> AddRabbitMQ();
}
