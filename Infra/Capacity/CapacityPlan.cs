namespace Microblog.Infra.Capacity;

/// <summary>The sizes for a load, what they cost and how fast they answer. Everything that the rest of the infrastructure reads of capacity.</summary>
public sealed record CapacityPlan
{
    /// <summary>The API's replicas.</summary>
    public required ServiceSize Api { get; init; }

    /// <summary>The feed worker's replicas.</summary>
    public required ServiceSize Worker { get; init; }

    /// <summary>What the replicas run on.</summary>
    public required AppsSize Apps { get; init; }

    /// <summary>The database's servers.</summary>
    public required DatabaseSize Database { get; init; }

    /// <summary>Who may open how many connections.</summary>
    public required ConnectionBudget Connections { get; init; }

    /// <summary>The cache.</summary>
    public required CacheSize Cache { get; init; }

    /// <summary>The broker's nodes.</summary>
    public required BrokerSize Broker { get; init; }

    /// <summary>Traffic at the edge.</summary>
    public required EdgeSize Edge { get; init; }

    /// <summary>Media in blob storage.</summary>
    public required MediaSize Media { get; init; }

    /// <summary>Volume of telemetry.</summary>
    public required ObservabilitySize Observability { get; init; }

    /// <summary>The bill by component, without tax and without reservations.</summary>
    public required IReadOnlyList<ComponentCost> MonthlyCost { get; init; }

    /// <summary>What somebody should know who accepts this plan.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Sum of <see cref="MonthlyCost"/>.</summary>
    public decimal TotalUsdPerMonth => MonthlyCost.Sum(cost => cost.UsdPerMonth);

    /// <summary>Plans for a load. Throws <see cref="CapacityException"/> naming the configuration key (or the file) of what is impossible.</summary>
    public static CapacityPlan For(Load load, Topology topology, Throughput throughput, Prices prices) => throw new NotImplementedException();
}
