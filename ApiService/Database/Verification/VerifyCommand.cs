using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Microblog.ApiService.Database.Verification;

/// <summary>
/// <c>ApiService verify [--max-age HOURS]</c>: prints one line of JSON about the database of the connection string
/// <c>microblog</c>, and exits with 0 when it is whole. Run against a restored database it says whether the restore is good for anything.
/// </summary>
public static partial class VerifyCommand
{
    /// <summary>Something is wrong with the database; its line says what.</summary>
    public const int Broken = 1;

    /// <summary>Nothing was found out: wrong arguments, or a server that does not answer.</summary>
    public const int Unknown = 2;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan TotalTimeout = TimeSpan.FromMinutes(15);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Runs the command and returns its exit code.</summary>
    /// <param name="args">The arguments after the verb.</param>
    /// <param name="output">Gets the line; everything else goes to standard error.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.AddServiceDefaults();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.AddNpgsqlDataSource(Connections.Primary, settings => settings.DisableHealthChecks = true, source =>
        {
            source.ConnectionStringBuilder.Timeout = (int)ConnectTimeout.TotalSeconds;
            source.ConnectionStringBuilder.CommandTimeout = (int)TotalTimeout.TotalSeconds;
            source.ForSessions(builder.Configuration, maxConnections: 1);
        });
        builder.Services.AddSingleton<Verifier>();
        using var host = builder.Build();
        var logger = host.Services.GetRequiredService<ILogger<Verifier>>();
        DapperSetup.Apply();
        await host.StartAsync();
        try
        {
            using var timeout = new CancellationTokenSource(TotalTimeout);
            var verification = await host.Services.GetRequiredService<Verifier>().VerifyAsync(MaxAge(builder.Configuration["max-age"]), timeout.Token);
            await output.WriteLineAsync(JsonSerializer.Serialize(verification, Json));
            foreach (var failure in verification.Failures)
            {
                Log.DoesNotHold(logger, failure.Invariant, failure.Found[0]);
            }
            return verification.Ok ? 0 : Broken;
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or TimeoutException or OperationCanceledException)
        {
            Log.Failed(logger, exception, exception.Message);
            return Unknown;
        }
        finally
        {
            await host.StopAsync();
        }
    }

    private static TimeSpan? MaxAge(string? hours) => hours switch
    {
        null => null,
        _ when double.TryParse(hours, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1_000_000 => TimeSpan.FromHours(number),
        _ => throw new InvalidOperationException($"--max-age is '{hours}'; it must be a number of hours, such as 24."),
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The database is not whole: {Invariant} does not hold, for example: {Example}")]
        public static partial void DoesNotHold(ILogger logger, string invariant, string example);

        [LoggerMessage(Level = LogLevel.Critical, Message = "The database could not be verified: {Reason}")]
        public static partial void Failed(ILogger logger, Exception exception, string reason);
    }
}
