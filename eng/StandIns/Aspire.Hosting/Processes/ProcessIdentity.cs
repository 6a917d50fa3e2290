using System.Diagnostics;

namespace Aspire.Hosting.Processes;

/// <summary>A process id and the moment that process began: ids are given again, moments are not.</summary>
internal sealed record ProcessIdentity(int Id, string Began)
{
    private static readonly string Boot = OperatingSystem.IsLinux() && File.Exists("/proc/sys/kernel/random/boot_id")
        ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()
        : "";

    public bool IsAlive => Of(Id) == this;

    public bool IsOfThisBoot => Began.StartsWith(Boot, StringComparison.Ordinal);

    public static ProcessIdentity? Of(int id)
    {
        if (OperatingSystem.IsLinux())
        {
            return ProcessTable.Read(id) is { IsZombie: false } entry ? new ProcessIdentity(id, $"{Boot}:{entry.Began}") : null;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : new ProcessIdentity(id, process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

/// <summary>What Linux tells about processes under /proc.</summary>
internal static class ProcessTable
{
    public static Entry? Read(int id)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{id}/stat");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The name in parentheses may itself contain spaces and parentheses; the numbers begin after the last one.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new Entry(id, fields[0] is "Z" or "X", Number(1), Number(3), long.Parse(fields[19], CultureInfo.InvariantCulture));

        int Number(int index) => int.Parse(fields[index], CultureInfo.InvariantCulture);
    }

    public static IReadOnlyList<Entry> All() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var id) ? Read(id) : null)
            .OfType<Entry>()
            .Where(e => !e.IsZombie),
    ];

    /// <summary>The process's descendants, and whoever is left of the session it leads.</summary>
    public static IReadOnlyList<Entry> TreeOf(int root)
    {
        var all = All();
        var found = new HashSet<int> { root };
        bool grew;
        do
        {
            grew = false;
            foreach (var entry in all)
            {
                grew |= (found.Contains(entry.Parent) || entry.Session == root) && found.Add(entry.Id);
            }
        }
        while (grew);
        return [.. all.Where(e => found.Contains(e.Id) && e.Id != Environment.ProcessId)];
    }

    internal sealed record Entry(int Id, bool IsZombie, int Parent, int Session, long Began);
}
