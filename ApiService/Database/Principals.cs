using Dapper;
using Npgsql;

namespace Microblog.ApiService.Database;

/// <summary>
/// The roles of the services in the database, where these log in with managed identities: <c>Microblog:Database:Principals</c> names them,
/// separated by commas. A missing one is created for the identity of the same name, and each may do with the tables what API and worker do.
/// </summary>
public sealed partial class Principals(NpgsqlDataSource database, IConfiguration configuration, ILogger<Principals> logger)
{
    /// <summary>Name of the setting.</summary>
    public const string Setting = "Microblog:Database:Principals";

    /// <summary>The database with the functions of Azure's Entra integration.</summary>
    private const string AdministrativeDatabase = "postgres";

    /// <summary>Keeps this lock apart from other uses of advisory locks: two runs would step on each other's grants.</summary>
    private const long AdvisoryLock = 0x7072696e63697061;

    /// <summary>Creates what is missing and grants what is needed; again does no harm.</summary>
    /// <exception cref="InvalidOperationException">A role is missing and the server knows no managed identities.</exception>
    public async Task GrantAsync(CancellationToken cancellationToken = default)
    {
        var names = (configuration[Setting] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Length == 0)
        {
            return;
        }
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        foreach (var name in names)
        {
            if (!await connection.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = @name)", new { name }, cancellationToken))
            {
                await CreateAsync(connection, name, cancellationToken);
                Log.Created(logger, name);
            }
            await GrantAsync(connection, name, cancellationToken);
            Log.Granted(logger, name);
        }
    }

    private async Task CreateAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        if (await TryCreateAsync(connection, name, cancellationToken))
        {
            return;
        }
        await using var administrative = Administrative();
        await using var other = await administrative.OpenConnectionAsync(cancellationToken);
        if (!await TryCreateAsync(other, name, cancellationToken))
        {
            // A role of ours would have no password, or one that nobody knows: the service could not log in, and the cause would be here.
            throw new InvalidOperationException(
                $"{Setting} names '{name}', but there is no such role, and this server cannot create one for a managed identity (it lacks the function pgaadauth_create_principal). Create the role, or leave the setting empty.");
        }
    }

    private static async Task<bool> TryCreateAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        if (!await connection.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_proc WHERE proname = 'pgaadauth_create_principal')", new { }, cancellationToken))
        {
            return false;
        }
        // Neither an administrator nor bound to multi-factor authentication.
        await connection.ExecuteAsync(new CommandDefinition("SELECT * FROM pgaadauth_create_principal(@name, false, false)", new { name }, cancellationToken: cancellationToken));
        return true;
    }

    /// <summary>Also on tables of later migrations, which the role that runs this one will own; which migrations were applied they may only read.</summary>
    private static async Task GrantAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        const string Quoted = "SELECT quote_ident(@name) FROM pg_advisory_xact_lock(@AdvisoryLock)";
        var role = await connection.ExecuteScalarAsync<string>(new CommandDefinition(Quoted, new { name, AdvisoryLock }, transaction, cancellationToken: cancellationToken));
        var sql =
            $"""
            GRANT USAGE ON SCHEMA public TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role};
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role};
            REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM {role};
            """;
        await connection.ExecuteAsync(new CommandDefinition(sql, transaction: transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    private NpgsqlDataSource Administrative()
    {
        var source = new NpgsqlDataSourceBuilder(configuration.GetConnectionString(Connections.Primary));
        source.ConnectionStringBuilder.Database = AdministrativeDatabase;
        source.ForSessions(configuration, maxConnections: 1);
        return source.Build();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Created the role of identity {Name}")]
        public static partial void Created(ILogger logger, string name);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Name} may read and write the tables")]
        public static partial void Granted(ILogger logger, string name);
    }
}
