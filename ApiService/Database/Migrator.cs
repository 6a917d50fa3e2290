using System.Data;
using System.Reflection;
using System.Security.Cryptography;
using Dapper;
using Npgsql;

namespace Microblog.ApiService.Database;

/// <summary>
/// Applies the numbered scripts of <c>Database/Migrations</c> that a database has not seen, each in its own transaction.
/// Forward only: a script that has been applied must not change, which the stored checksum enforces.
/// </summary>
public sealed partial class Migrator(NpgsqlDataSource database, ILogger<Migrator> logger)
{
    /// <summary>Any constant will do; it only has to be the same in every process that migrates.</summary>
    private const long AdvisoryLock = 0x4d6963726f626c67;

    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Longest time for one script.</summary>
    private static readonly TimeSpan ScriptTimeout = TimeSpan.FromMinutes(30);

    /// <summary>Brings the database up to date and returns how many scripts were applied.</summary>
    /// <exception cref="InvalidOperationException">A script that was applied before differs from the one shipped now.</exception>
    public async Task<int> MigrateAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            $"SET lock_timeout = {(int)LockTimeout.TotalMilliseconds}; SELECT pg_advisory_lock({AdvisoryLock})",
            commandTimeout: 2 * (int)LockTimeout.TotalSeconds, cancellationToken: cancellationToken));
        try
        {
            return await ApplyAsync(connection, cancellationToken);
        }
        finally
        {
            if (connection.State is ConnectionState.Open)
            {
                // A pooled connection would keep the lock until it is used again.
                await connection.ExecuteAsync(new CommandDefinition($"SELECT pg_advisory_unlock({AdvisoryLock})", cancellationToken: CancellationToken.None));
            }
        }
    }

    private async Task<int> ApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                name       text PRIMARY KEY,
                checksum   bytea NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now())
            """, cancellationToken: cancellationToken));
        var applied = (await connection.QueryAsync<(string Name, byte[] Checksum)>(new CommandDefinition(
            "SELECT name, checksum FROM schema_migrations", cancellationToken: cancellationToken))).ToDictionary(row => row.Name, row => row.Checksum);

        var count = 0;
        foreach (var (name, script) in Scripts())
        {
            var checksum = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(script));
            if (applied.TryGetValue(name, out var known))
            {
                if (!known.AsSpan().SequenceEqual(checksum))
                {
                    throw new InvalidOperationException($"Migration {name} was applied in another form than the one shipped with this version. Add a new script instead of changing an old one.");
                }
                continue;
            }
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(script, transaction: transaction, commandTimeout: (int)ScriptTimeout.TotalSeconds, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(
                "INSERT INTO schema_migrations (name, checksum) VALUES (@name, @checksum)", new { name, checksum }, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            Log.Applied(logger, name);
            count++;
        }
        return count;
    }

    /// <summary>The shipped scripts in the order of their numbers; line ends are made the same, whatever checked them out.</summary>
    public static IEnumerable<(string Name, string Script)> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name, reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Applied migration {Name}")]
        public static partial void Applied(ILogger logger, string name);
    }
}
