using System.Net;
using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// How the processes connect to PostgreSQL, through a pooler and by identity where there are such; docs/decisions/0010-pgbouncer.md says
/// which connections must not go through a pooler.
/// </summary>
public static class DatabaseConnections
{
    /// <summary>Port of a PgBouncer in transaction mode on the same host; without it every connection goes to the server itself.</summary>
    public const string PoolerPort = "Microblog:Database:PoolerPort";

    /// <summary>What tokens for Azure Database for PostgreSQL are asked for.</summary>
    private const string TokenScope = "https://ossrdbms-aad.database.windows.net/.default";

    private static readonly TimeSpan TokenTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Below the five minutes before its end in which Azure.Identity still gives out a token that it has.</summary>
    private static readonly TimeSpan TokenRefresh = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan TokenRetry = TimeSpan.FromSeconds(5);

    extension(NpgsqlDataSourceBuilder source)
    {
        /// <summary>
        /// For connections of which one transaction knows nothing of the last: no LISTEN, no session's advisory lock, no SET but
        /// SET LOCAL. They go through the pooler if there is one.
        /// </summary>
        public void ForTransactions(IConfiguration configuration, int maxConnections)
        {
            if (Port(configuration[PoolerPort]) is { } port)
            {
                source.ConnectionStringBuilder.Port = port;
                // It would reset whatever session the pooler has at hand.
                source.ConnectionStringBuilder.NoResetOnClose = true;
            }
            source.ForSessions(configuration, maxConnections);
        }

        /// <summary>
        /// For connections with a session of their own on the server. Where <c>AZURE_CLIENT_ID</c> names a user-assigned managed
        /// identity and the connection string has no password, that identity's tokens take its place.
        /// </summary>
        public void ForSessions(IConfiguration configuration, int maxConnections)
        {
            var settings = source.ConnectionStringBuilder;
            settings.MaxPoolSize = maxConnections;
            if (configuration["AZURE_CLIENT_ID"] is not { Length: > 0 } identity || !string.IsNullOrEmpty(settings.Password))
            {
                return;
            }
            if (settings.SslMode == SslMode.Prefer && !IsLocal(settings.Host))
            {
                // Unless the connection string says otherwise only a server that proves its name gets to see a token.
                settings.SslMode = SslMode.VerifyFull;
            }
            source.UseTokens(new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(identity)));
        }

        /// <summary>Connects with tokens instead of a password. One that cannot be renewed is used until the server refuses it.</summary>
        public void UseTokens(TokenCredential credential) => source.UsePeriodicPasswordProvider(
            async (_, cancellationToken) =>
            {
                try
                {
                    var token = await credential.GetTokenAsync(new TokenRequestContext([TokenScope]), cancellationToken).AsTask().WaitAsync(TokenTimeout, cancellationToken);
                    return token.Token;
                }
                catch (Exception exception) when (exception is AuthenticationFailedException or TimeoutException)
                {
                    // Callers treat it as a server that does not answer: 503 for requests, another try for messages.
                    throw new TimeoutException($"No access token for PostgreSQL: {exception.Message}", exception);
                }
            }, TokenRefresh, TokenRetry);
    }

    private static int? Port(string? setting) => setting switch
    {
        null or "" => null,
        _ when int.TryParse(setting, out var port) && port is > IPEndPoint.MinPort and <= IPEndPoint.MaxPort => port,
        _ => throw new InvalidOperationException($"{PoolerPort} is '{setting}'; it must be a port such as 6432, or empty without a pooler."),
    };

    private static bool IsLocal(string? host) => host is null or "localhost" || host.StartsWith('/') || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
