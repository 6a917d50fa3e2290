using Dapper;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media.Imaging;
using Microblog.ApiService.Media.Storage;
using Npgsql;

namespace Microblog.ApiService.Media;

/// <summary>Deletes uploads that were not posted within a day nor wait in a scheduled status, and files that no row names. One process at a time; bounded per round.</summary>
public sealed partial class MediaCleanup(NpgsqlDataSource primary, IMediaStorage storage, ILogger<MediaCleanup> logger)
    : PeriodicJob(TimeSpan.FromMinutes(5), logger)
{
    /// <summary>Most rows, and most files, of one round.</summary>
    public const int Batch = 500;

    /// <summary>Any constant will do; it only has to be the same in every process.</summary>
    public const long AdvisoryLock = 0x4d65646961;

    private static readonly TimeSpan AbandonedWork = TimeSpan.FromHours(1);

    /// <summary>One round; returns how many uploads and files were deleted. 0 also while another process is at it.</summary>
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        const string DeleteUploads =
            """
            DELETE FROM media_attachments WHERE (account_id, id) IN (
                SELECT account_id, id FROM media_attachments m
                WHERE status_id IS NULL AND unattached_since < now() - interval '24 hours'
                    AND NOT EXISTS (SELECT FROM scheduled_statuses s WHERE s.account_id = m.account_id AND s.params -> 'media_ids' ? m.id::text)
                ORDER BY unattached_since LIMIT @Batch FOR UPDATE SKIP LOCKED)
            """;
        // Of this machine alone, so whoever is at the rest.
        WorkDirectory.RemoveOlderThan(AbandonedWork);
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        // The lock lives as long as its transaction; a process that dies lets go of it.
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(Command("SELECT pg_try_advisory_xact_lock(@AdvisoryLock)", new { AdvisoryLock })))
        {
            return 0;
        }
        var uploads = await connection.ExecuteAsync(Command(DeleteUploads, new { Batch }));
        var files = await DeleteFilesAsync(Command, connection, cancellationToken);
        // What was deleted of the storage is gone: the process may stop, but this must be written.
        await transaction.CommitAsync(CancellationToken.None);
        return uploads + files;

        CommandDefinition Command(string sql, object arguments) => new(sql, arguments, transaction, cancellationToken: cancellationToken);
    }

    private async Task<int> DeleteFilesAsync(Func<string, object, CommandDefinition> command, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Due = "SELECT key FROM discarded_files WHERE not_before <= now() ORDER BY not_before LIMIT @Batch FOR UPDATE SKIP LOCKED";
        const string Settle =
            """
            DELETE FROM discarded_files WHERE key = ANY(@deleted);
            UPDATE discarded_files SET not_before = now() + interval '10 minutes' WHERE key = ANY(@failed);
            """;
        var (deleted, failed) = (new List<string>(), new List<string>());
        foreach (var key in await connection.QueryAsync<string>(command(Due, new { Batch })))
        {
            try
            {
                if (MediaKey.Parse(key) is { } file)
                {
                    await storage.DeleteAsync(file, cancellationToken);
                }
                deleted.Add(key);
            }
            catch (ApiException exception)
            {
                // A storage that is away is not asked five hundred times.
                Log.Failed(Logger, exception.InnerException?.Message ?? exception.Message);
                failed.Add(key);
                break;
            }
        }
        await connection.ExecuteAsync(command(Settle, new { deleted = deleted.ToArray(), failed = failed.ToArray() }));
        return deleted.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Discarded media were not deleted, the next round tries again: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
