namespace Microblog.Infra.Capacity;

/// <summary>
/// Nodes of their own for the environment's ingress. The one that is there without asking has up to ten cores; beyond, premium ingress runs one proxy on each
/// node of a profile (https://learn.microsoft.com/azure/container-apps/premium-ingress, 2025-11).
/// </summary>
/// <param name="Profile">Size of a node.</param>
/// <param name="MinNodes">At the day's mean.</param>
/// <param name="MaxNodes">At the peak.</param>
public sealed record IngressSizing(string Profile, int MinNodes, int MaxNodes)
{
    /// <summary>Requests that a core of the proxy passes on per second, as Microsoft measured.</summary>
    private const double RequestsPerCore = 3_000;

    /// <summary>Cores of the default ingress when it has grown as far as it can.</summary>
    private const double DefaultCores = 10;

    /// <summary>Share of the proxy's cores at which it grows.</summary>
    private const double Busy = 0.5;

    /// <summary>Share of a node's cores that the proxy gets.</summary>
    private const double NodeShare = 0.9;

    /// <summary>Nodes that a profile for ingress has at least and at most.</summary>
    private const int Fewest = 2, Most = 50;

    /// <summary>USD per month, at the day's mean.</summary>
    public decimal Usd(Prices prices)
    {
        var node = SkuCatalog.Profiles.Single(profile => profile.Name == Profile);
        return prices.Month(Meter.AppsDedicatedVCore, MinNodes * node.VCores) + prices.Month(Meter.AppsDedicatedGiB, MinNodes * node.MemoryGiB);
    }

    /// <summary>The nodes for a load; null when the default ingress is enough at the peak.</summary>
    /// <exception cref="CapacityException">No number of nodes is.</exception>
    public static IngressSizing? Of(Load load, Topology topology)
    {
        var peak = Demand.Peak(load).ApiRequests;
        if (peak <= DefaultCores * RequestsPerCore * Busy)
        {
            return null;
        }
        foreach (var profile in SkuCatalog.Profiles)
        {
            int Nodes(double requests) => (int)Math.Ceiling(requests / (RequestsPerCore * profile.VCores * NodeShare * Busy));
            if (Nodes(peak) <= Most)
            {
                var min = Math.Max(topology.ZoneRedundant ? 3 : Fewest, Nodes(Demand.Mean(load).ApiRequests));
                return new IngressSizing(profile.Name, min, Math.Max(min + 1, Nodes(peak)));
            }
        }
        throw new CapacityException(KeyName.InStack(nameof(Load.DailyActiveUsers)), FormattableString.Invariant($"{peak:#,0} requests per second at the peak are more than {Most} nodes of ingress pass on. Split the installation, or lower the load that is planned for."));
    }
}
