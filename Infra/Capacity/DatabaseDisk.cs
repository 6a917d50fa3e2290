namespace Microblog.Infra.Capacity;

/// <summary>
/// Disk of a database server. Premium SSD as long as one is fast and large enough, because only there storage grows by itself and long-term backups
/// are possible; then Premium SSD v2.
/// </summary>
/// <param name="Type"><c>Premium_LRS</c> or <c>PremiumV2_LRS</c>.</param>
/// <param name="Tier">Of Premium SSD.</param>
/// <param name="SizeGB">GiB.</param>
/// <param name="Iops">Operations per second.</param>
internal sealed record DatabaseDisk(string Type, string? Tier, int SizeGB, int Iops)
{
    /// <summary>Whether any disk is enough.</summary>
    public static bool Fits(double iops, double gigabytes) => iops <= SkuCatalog.DiskV2MaxIops && gigabytes <= SkuCatalog.DiskV2MaxGB;

    /// <summary>The smallest that is enough.</summary>
    /// <param name="iops">Operations per second that are needed.</param>
    /// <param name="gigabytes">GiB that are needed, the pinned size included.</param>
    /// <param name="pinned">GiB that the stack states; refused when the load needs more.</param>
    public static DatabaseDisk For(double iops, double gigabytes, int? pinned)
    {
        var key = KeyName.InStack(nameof(Topology.DatabaseStorageGB));
        if (pinned is { } size && SkuCatalog.Disks.All(disk => disk.SizeGB != size))
        {
            throw new CapacityException(key, $"{size} GiB is no disk size; those are {string.Join(", ", SkuCatalog.Disks.Select(disk => disk.SizeGB))}.");
        }
        var fitting = SkuCatalog.Disks.FirstOrDefault(disk => disk.SizeGB >= gigabytes && disk.Iops >= iops);
        if (pinned is { } stated && fitting?.SizeGB != stated)
        {
            throw new CapacityException(key, FormattableString.Invariant(
                $"a disk of {stated} GiB is too small or too slow; the load needs {gigabytes:0} GiB and {iops:0} IOPS, as {(fitting is null ? "only Premium SSD v2 has" : $"{fitting.SizeGB} GiB have")}."));
        }
        // Without growing by itself a disk has to have room from the start; whole TiB, so that small changes of the load change nothing.
        return fitting is not null
            ? new DatabaseDisk("Premium_LRS", fitting.Tier, fitting.SizeGB, fitting.Iops)
            : new DatabaseDisk("PremiumV2_LRS", null, (int)(Math.Ceiling(Math.Max(gigabytes, 400) / 1_024) * 1_024), Math.Max(SkuCatalog.DiskV2FreeIops, (int)(Math.Ceiling(iops / 1_000) * 1_000)));
    }
}
