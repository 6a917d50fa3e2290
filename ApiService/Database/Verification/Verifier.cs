using System.Data;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Database.Verification;

/// <summary>
/// Looks whether a database is whole: one that was restored, above all. Reads only, in one snapshot, and each question takes a
/// bounded time, so that it can be asked of the production database too.
/// </summary>
public sealed class Verifier(NpgsqlDataSource database, IConfiguration configuration)
{
    /// <summary>Longest time for one question.</summary>
    private static readonly TimeSpan QuestionTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Tables of more bytes than this are estimated: to count a billion rows takes longer than to restore them.</summary>
    private const long Countable = 2L << 30;

    /// <summary>Asks everything.</summary>
    /// <param name="maxAge">How old the newest status may be; null for any age.</param>
    public async Task<Verification> VerifyAsync(TimeSpan? maxAge, CancellationToken cancellationToken = default)
    {
        var watch = Stopwatch.StartNew();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            $"SET default_transaction_read_only = on; SET statement_timeout = {(int)QuestionTimeout.TotalMilliseconds}", cancellationToken: cancellationToken));
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var failures = new List<Failure>();
        if (await MigrationsAsync(connection, cancellationToken) is { Count: > 0 } migrations)
        {
            // Whatever else would be asked is about another schema.
            return new Verification(Ok: false, new SortedDictionary<string, long?>(), [], NewestStatus: null, AgeHours: null, [new Failure("migrations", migrations)], Skipped: ["everything else"], watch.Elapsed.TotalSeconds);
        }
        foreach (var invariant in Invariants.All)
        {
            Add(failures, invariant.Name, await connection.ListAsync<string>(invariant.Sql, new { }, cancellationToken));
        }
        var skipped = new List<string>();
        if (configuration["Microblog:KeyEncryptionKey"] is { Length: > 0 } secret)
        {
            Add(failures, "signing-keys-decryptable", await UndecryptableAsync(connection, secret, cancellationToken));
        }
        else
        {
            skipped.Add("signing-keys-decryptable (Microblog:KeyEncryptionKey is not set)");
        }
        var (newest, now) = await connection.QuerySingleAsync<(DateTime? Newest, DateTime Now)>(new CommandDefinition(
            "SELECT (SELECT created_at FROM statuses ORDER BY id DESC LIMIT 1), clock_timestamp()", cancellationToken: cancellationToken));
        var age = now - newest;
        if (maxAge is not null && (age is null || age > maxAge))
        {
            failures.Add(new Failure("newest-status-recent", [age is null ? "there is no status" : $"the newest status is {age.Value.TotalHours:0.0} h old, the bound is {maxAge.Value.TotalHours:0.0} h"]));
        }
        var (rows, estimated) = await RowsAsync(connection, cancellationToken);
        return new Verification(failures.Count == 0, rows, estimated, newest, age is null ? null : Math.Round(age.Value.TotalHours, 2), failures, skipped, Math.Round(watch.Elapsed.TotalSeconds, 1));
    }

    private static void Add(List<Failure> failures, string name, IReadOnlyList<string> found)
    {
        if (found.Count > 0)
        {
            failures.Add(new Failure(name, found));
        }
    }

    private static async Task<IReadOnlyList<string>> MigrationsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await connection.ScalarAsync<bool>("SELECT to_regclass('schema_migrations') IS NOT NULL", new { }, cancellationToken))
        {
            return ["the database holds no schema of ours"];
        }
        var applied = (await connection.ListAsync<(string Name, byte[] Checksum)>("SELECT name, checksum FROM schema_migrations", new { }, cancellationToken)).ToDictionary(row => row.Name, row => row.Checksum);
        var shipped = Migrator.Scripts().ToDictionary(script => script.Name, script => SHA256.HashData(Encoding.UTF8.GetBytes(script.Script)));
        return
        [
            .. shipped.Keys.Except(applied.Keys).Order().Select(name => $"{name} is not applied"),
            .. applied.Keys.Except(shipped.Keys).Order().Select(name => $"{name} is of a newer version"),
            .. shipped.Where(script => applied.TryGetValue(script.Key, out var checksum) && !checksum.AsSpan().SequenceEqual(script.Value)).Select(script => $"{script.Key} was applied in another form"),
        ];
    }

    private static async Task<IReadOnlyList<string>> UndecryptableAsync(NpgsqlConnection connection, string secret, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT id, private_key FROM signing_keys ORDER BY created_at DESC, id LIMIT 100";
        var keys = await connection.ListAsync<(string Id, byte[] PrivateKey)>(Sql, new { }, cancellationToken);
        return [.. keys.Where(key => KeyCipher.Decrypt(secret, key.Id, key.PrivateKey) is null).Select(key => $"key {key.Id}")];
    }

    private static async Task<(SortedDictionary<string, long?> Rows, IReadOnlyList<string> Estimated)> RowsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT c.relname, quote_ident(c.relname), pg_table_size(c.oid) > @Countable, CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END
            FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1
            """;
        var (rows, estimated) = (new SortedDictionary<string, long?>(StringComparer.Ordinal), new List<string>());
        foreach (var (name, quoted, isLarge, estimate) in await connection.ListAsync<(string Name, string Quoted, bool IsLarge, long? Estimate)>(Sql, new { Countable }, cancellationToken))
        {
            if (isLarge)
            {
                estimated.Add(name);
            }
            rows[name] = isLarge ? estimate : await connection.ScalarAsync<long>($"SELECT count(*) FROM {quoted}", new { }, cancellationToken);
        }
        return (rows, estimated);
    }
}

/// <summary>What was found.</summary>
/// <param name="Ok">Nothing is wrong.</param>
/// <param name="Rows">Rows by table; null where they can only be estimated and the server has no estimate yet.</param>
/// <param name="Estimated">Tables of which the number is an estimate.</param>
/// <param name="NewestStatus">When the newest status was posted; null when there is none.</param>
/// <param name="AgeHours">How long ago that was, in hours.</param>
/// <param name="Failures">What is wrong.</param>
/// <param name="Skipped">What could not be asked.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record Verification(
    bool Ok, IReadOnlyDictionary<string, long?> Rows, IReadOnlyList<string> Estimated, DateTime? NewestStatus, double? AgeHours, IReadOnlyList<Failure> Failures, IReadOnlyList<string> Skipped, double Seconds);

/// <summary>An invariant that does not hold.</summary>
/// <param name="Invariant">Its name.</param>
/// <param name="Found">A few examples.</param>
public sealed record Failure(string Invariant, IReadOnlyList<string> Found);
