using System.Diagnostics;
using Npgsql;

namespace Microblog.ApiService.Database;

/// <summary><c>ApiService migrate</c>: a one-shot in the AppHost and a job in production; everything else waits until it has exited with 0.</summary>
public static partial class MigrateCommand
{
    /// <summary>How long a database that does not answer yet is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The one that works, and one for the health check.</summary>
    private const int MaxConnections = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs the command and returns its exit code: 0 when the database is up to date.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.AddServiceDefaults();
        // The migrator's lock belongs to a session.
        builder.AddNpgsqlDataSource(Connections.Primary, configureDataSourceBuilder: source => source.ForSessions(builder.Configuration, MaxConnections));
        builder.Services.AddSingleton<Migrator>().AddSingleton<Principals>();
        using var host = builder.Build();
        var logger = host.Services.GetRequiredService<ILogger<Migrator>>();
        await host.StartAsync();
        try
        {
            var applied = await MigrateAsync(host.Services.GetRequiredService<Migrator>(), logger);
            Log.UpToDate(logger, applied);
            await host.Services.GetRequiredService<Principals>().GrantAsync();
            return 0;
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            Log.Failed(logger, exception, exception.Message);
            return 1;
        }
        finally
        {
            // Telemetry of the run leaves with the host.
            await host.StopAsync();
        }
    }

    private static async Task<int> MigrateAsync(Migrator migrator, ILogger logger)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await migrator.MigrateAsync();
            }
            catch (NpgsqlException exception) when (Db.IsUnreachable(exception) && waiting.Elapsed < Patience)
            {
                Log.Waiting(logger, exception.Message);
                await Task.Delay(Pause);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The database is up to date; {Count} migrations were applied")]
        public static partial void UpToDate(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer yet: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Critical, Message = "The database was not migrated: {Reason}")]
        public static partial void Failed(ILogger logger, Exception exception, string reason);
    }
}
