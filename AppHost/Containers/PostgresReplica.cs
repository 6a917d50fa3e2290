namespace Microblog.AppHost.Containers;

/// <summary>A container with a streaming replica of a PostgreSQL server; it has the primary's roles and passwords.</summary>
/// <param name="name">The resource name.</param>
/// <param name="primary">The server it follows.</param>
/// <param name="database">The database in the connection string.</param>
public sealed class PostgresReplica(string name, PostgresServerResource primary, string database) : ContainerResource(name), IResourceWithConnectionString
{
    /// <summary>The database in the connection string.</summary>
    public string Database { get; } = database;

    /// <summary>Name of the endpoint which the connection string points to.</summary>
    public const string EndpointName = "tcp";

    /// <inheritdoc/>
    public ReferenceExpression ConnectionStringExpression
    {
        get
        {
            var endpoint = new EndpointReference(this, EndpointName);
            var (host, port) = (endpoint.Property(EndpointProperty.Host), endpoint.Property(EndpointProperty.Port));
            return ReferenceExpression.Create($"Host={host};Port={port};Username={primary.UserNameReference};Password={primary.PasswordParameter};Database={Database}");
        }
    }
}
