namespace Microblog.AppHost.Native;

/// <summary>A PostgreSQL server of this machine: the primary, or the replica of one.</summary>
/// <param name="name">The resource name.</param>
/// <param name="directory">The working directory of the start script.</param>
/// <param name="password">The password of <see cref="User"/>.</param>
/// <param name="database">The database in the connection string; null = none.</param>
public sealed class NativePostgres(string name, string directory, ParameterResource password, string? database = null) : NativeServer(name, directory)
{
    /// <summary>The role that services use and replication runs as.</summary>
    public const string User = "postgres";

    /// <inheritdoc/>
    public override ReferenceExpression ConnectionStringExpression =>
        database is null
            ? ReferenceExpression.Create($"Host={Host};Port={Port};Username={User};Password={password}")
            : ReferenceExpression.Create($"Host={Host};Port={Port};Username={User};Password={password};Database={database}");
}
