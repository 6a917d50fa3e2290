using System.Data;
using Dapper;
using Npgsql;

namespace Microblog.ApiService.Database;

/// <summary>One transaction on the primary; what happens in it happens whole or not at all.</summary>
public sealed class Write(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
{
    /// <summary>True once a message was put in the outbox; the relay is woken when the transaction has committed.</summary>
    public bool HasOutbox { get; set; }

    /// <summary>Runs a statement and returns how many rows it touched.</summary>
    public Task<int> ExecuteAsync(string sql, object arguments) => connection.ExecuteAsync(Command(sql, arguments));

    /// <summary>Runs a statement and returns its single value; default when there is no row.</summary>
    public Task<T?> ScalarAsync<T>(string sql, object arguments) => connection.ExecuteScalarAsync<T>(Command(sql, arguments));

    /// <summary>Runs a statement and returns its only row, or null.</summary>
    public Task<T?> SingleAsync<T>(string sql, object arguments) where T : class => connection.QuerySingleOrDefaultAsync<T>(Command(sql, arguments));

    private CommandDefinition Command(string sql, object arguments) => new(sql, arguments, transaction, commandType: CommandType.Text, cancellationToken: cancellationToken);
}

/// <summary>Dapper's calls with the cancellation token in the place where nobody forgets it.</summary>
public static class Queries
{
    /// <summary>All rows of a query, which has to bound them itself.</summary>
    public static async Task<IReadOnlyList<T>> ListAsync<T>(this NpgsqlConnection connection, string sql, object arguments, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<T>(new CommandDefinition(sql, arguments, cancellationToken: cancellationToken))).AsList();

    /// <summary>The only row of a query, or null.</summary>
    public static Task<T?> SingleAsync<T>(this NpgsqlConnection connection, string sql, object arguments, CancellationToken cancellationToken) where T : class =>
        connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, arguments, cancellationToken: cancellationToken));

    /// <summary>The single value of a query; default when there is no row.</summary>
    public static Task<T?> ScalarAsync<T>(this NpgsqlConnection connection, string sql, object arguments, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<T>(new CommandDefinition(sql, arguments, cancellationToken: cancellationToken));
}
