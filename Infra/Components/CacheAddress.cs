namespace Microblog.Infra.Components;

/// <summary>How the services connect to Redis.</summary>
public static class CacheAddress
{
    /// <summary>Port of Azure Managed Redis, always with TLS.</summary>
    public const int Port = 10_000;

    /// <summary>A connection string for StackExchange.Redis.</summary>
    /// <param name="host">Host name of the cluster.</param>
    /// <param name="key">Access key.</param>
    public static string ConnectionString(string host, string key) => string.Join(',',
        $"{host}:{Port}",
        $"password={key}",
        "ssl=true",
        // A service starts without Redis and finds it later.
        "abortConnect=false",
        "connectTimeout=5000",
        // Seconds; below the four minutes after which Azure's network forgets silent connections.
        "keepAlive=60");
}
