namespace Microblog.Infra.Components;

/// <summary>How the services connect to PostgreSQL.</summary>
public static class DatabaseAddress
{
    private const string Domain = "postgres.database.azure.com";

    /// <summary>The host name of a server.</summary>
    public static string Server(string name) => $"{name}.{Domain}";

    /// <summary>The host name that a virtual endpoint gives to whichever server is the primary.</summary>
    public static string Writer(string endpoint) => $"{endpoint}.writer.{Domain}";

    /// <summary>The host name that it gives to the replica.</summary>
    public static string Reader(string endpoint) => $"{endpoint}.reader.{Domain}";

    /// <summary>
    /// A connection string for Npgsql. Without a password: the services take tokens of their identity instead. With the server's own port: for what may
    /// share connections they take the pooler's on the same host by themselves, and they bound their pools.
    /// </summary>
    /// <param name="host">Host name, which the server has to prove.</param>
    /// <param name="database">Name of the database.</param>
    /// <param name="identity">Name of the identity, which is that of its role.</param>
    /// <param name="sslMode">How far the server has to prove itself, as Npgsql names it.</param>
    public static string ConnectionString(string host, string database, string identity, string sslMode = "VerifyFull") => string.Join(';',
        $"Host={host}",
        "Port=5432",
        $"Database={database}",
        $"Username={identity}",
        $"Application Name={identity}",
        $"SSL Mode={sslMode}",
        // Seconds. A failover of the standby takes one to two minutes; until then requests fail fast instead of piling up.
        "Timeout=5",
        "Command Timeout=30",
        // Below the four minutes after which Azure's network forgets silent connections.
        "Tcp Keepalive=true",
        "Tcp Keepalive Time=60",
        "Tcp Keepalive Interval=10");
}
