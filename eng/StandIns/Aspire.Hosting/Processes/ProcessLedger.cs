using System.Text.Json;

namespace Aspire.Hosting.Processes;

/// <summary>
/// Remembers on disk which processes belong to which AppHost. An AppHost that was killed cannot stop its processes;
/// the next one that starts finds them here.
/// </summary>
internal sealed partial class ProcessLedger(ILogger<ProcessLedger> logger)
{
    private static readonly TimeSpan OrphanGrace = TimeSpan.FromSeconds(6);
    private static readonly string Folder = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data ? data : Path.GetTempPath(),
        "aspire-stand-in",
        "apphosts");

    private readonly Lock _lock = new();
    private readonly HashSet<ProcessIdentity> _children = [];
    private readonly ProcessIdentity? _host = ProcessIdentity.Of(Environment.ProcessId);
    private readonly string _file = Path.Combine(Folder, $"{Environment.ProcessId}-{Guid.NewGuid():N}.json");

    public void Add(ProcessIdentity child)
    {
        lock (_lock)
        {
            _children.Add(child);
            Write();
        }
    }

    public void Remove(ProcessIdentity child)
    {
        lock (_lock)
        {
            if (_children.Remove(child))
            {
                Write();
            }
        }
    }

    public async Task StopOrphansAsync()
    {
        if (!Directory.Exists(Folder))
        {
            return;
        }

        await Task.WhenAll(Directory.EnumerateFiles(Folder, "*.json").ToArray().Select(StopOrphansOfAsync));
    }

    private async Task StopOrphansOfAsync(string file)
    {
        try
        {
            var record = JsonSerializer.Deserialize<Record>(await File.ReadAllTextAsync(file));
            if (record is null || record.Host.IsAlive)
            {
                return;
            }

            await Task.WhenAll(record.Children.Select(async child =>
            {
                if (child.IsAlive)
                {
                    Log.StoppingOrphan(logger, child.Id, record.Host.Id);
                }

                await ProcessTree.StopAsync(child, OrphanGrace);
            }));
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            Log.UnreadableRecord(logger, exception, file);
        }
    }

    private void Write()
    {
        try
        {
            if (_children.Count == 0 || _host is null)
            {
                File.Delete(_file);
                return;
            }

            Directory.CreateDirectory(Folder);
            File.WriteAllText(_file + ".tmp", JsonSerializer.Serialize(new Record(_host, [.. _children])));
            File.Move(_file + ".tmp", _file, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.CannotRemember(logger, exception, _file);
        }
    }

    private sealed record Record(ProcessIdentity Host, IReadOnlyList<ProcessIdentity> Children);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Stopping process {ProcessId}, which AppHost {HostId} left behind when it was killed.")]
        public static partial void StoppingOrphan(ILogger logger, int processId, int hostId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The record {File} of an earlier run cannot be read.")]
        public static partial void UnreadableRecord(ILogger logger, Exception exception, string file);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The processes of this run cannot be remembered in {File}; if the AppHost is killed, they will have to be stopped by hand.")]
        public static partial void CannotRemember(ILogger logger, Exception exception, string file);
    }
}
