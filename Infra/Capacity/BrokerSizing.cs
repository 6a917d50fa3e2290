namespace Microblog.Infra.Capacity;

/// <summary>Nodes of the broker: every message is written by all three; the disk holds a day's messages while no worker runs.</summary>
internal static class BrokerSizing
{
    private const double SecondsPerDay = 86_400;

    /// <summary>GiB for the operating logs, the write-ahead log and the free space that the broker insists on.</summary>
    private const double BaseGB = 20;

    private static readonly int[] DiskSizes = [32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192];

    public static BrokerSize Size(Load load, Topology topology, Throughput per)
    {
        var (messages, mean) = (Demand.Peak(load).Messages, Demand.Mean(load).Messages * load.Growth);
        if (topology.ManagedBroker)
        {
            return new BrokerSize("", 0, 0, "", messages);
        }
        var cores = messages * per.BrokerMessage / 1e6 / Headroom.Broker;
        var vm = Choose(topology, cores);
        var gigabytes = BaseGB + (mean * SecondsPerDay * per.BrokerMessageBytes / (1L << 30) / Headroom.BrokerDisk);
        var disk = DiskSizes.FirstOrDefault(size => size >= gigabytes);
        return disk > 0
            ? new BrokerSize(vm.Name, topology.ZoneRedundant ? 3 : 1, disk, topology.ZoneRedundant ? "Premium_LRS" : "StandardSSD_LRS", messages)
            : throw new CapacityException(KeyName.InStack(nameof(Load.PostsPerUserAndDay)), FormattableString.Invariant($"a day's messages need {gigabytes:0} GiB on each broker node; {DiskSizes[^1]} are possible."));
    }

    private static VmSku Choose(Topology topology, double cores)
    {
        // Burstable nodes are for one alone: a cluster whose nodes are throttled in turn loses its quorum.
        var possible = SkuCatalog.Vms.Where(vm => !topology.ZoneRedundant || vm.Meter != Meter.VmB2s).ToList();
        double Usable(VmSku vm) => vm.Meter == Meter.VmB2s ? vm.VCores * 0.4 : vm.VCores;
        if (topology.BrokerVmSize is null)
        {
            return possible.FirstOrDefault(vm => Usable(vm) >= cores) ?? throw new CapacityException(KeyName.InStack(nameof(Load.PostsPerUserAndDay)), FormattableString.Invariant(
                $"each broker node would need {cores:0.#} cores, more than {possible[^1].Name} has. Lower the load that is planned for, or set microblog:managedBroker."));
        }
        var key = KeyName.InStack(nameof(Topology.BrokerVmSize));
        var pinned = possible.FirstOrDefault(vm => vm.Name == topology.BrokerVmSize)
            ?? throw new CapacityException(key, $"\"{topology.BrokerVmSize}\" is not one of {string.Join(", ", possible.Select(vm => vm.Name))}.");
        return Usable(pinned) >= cores ? pinned : throw new CapacityException(key, FormattableString.Invariant(
            $"{pinned.Name} has {Usable(pinned):0.#} cores, the load needs {cores:0.#}. Take a larger size, or leave the key away."));
    }
}
