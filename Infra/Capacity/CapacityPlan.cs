namespace Microblog.Infra.Capacity;

/// <summary>The sizes for a load, and what they cost. Everything that the rest of the infrastructure reads of capacity.</summary>
public sealed record CapacityPlan
{
    /// <summary>The API's replicas.</summary>
    public required ServiceSize Api { get; init; }

    /// <summary>The feed worker's replicas.</summary>
    public required ServiceSize Worker { get; init; }

    /// <summary>What the replicas run on.</summary>
    public required AppsSize Apps { get; init; }

    /// <summary>Nodes of the environment's ingress; null when the one that costs nothing is enough.</summary>
    public IngressSizing? Ingress { get; init; }

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

    /// <summary>The bill by component: list prices without tax and reservations.</summary>
    public IReadOnlyList<ComponentCost> MonthlyCost { get; init; } = [];

    /// <summary>What somebody should know who accepts this plan.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Sum of <see cref="MonthlyCost"/>.</summary>
    public decimal TotalUsdPerMonth => MonthlyCost.Sum(cost => cost.UsdPerMonth);

    /// <summary>Plans for a load. Throws <see cref="CapacityException"/> naming the configuration key (or the file) of what is impossible.</summary>
    public static CapacityPlan For(Load load, Topology topology, Throughput throughput, Prices prices)
    {
        load.Validate();
        topology.Validate();
        var (api, worker) = (ServiceSizing.Api(load, topology, throughput), ServiceSizing.Worker(load, topology, throughput));
        var database = DatabaseSizing.Size(load, topology, throughput);
        var plan = new CapacityPlan
        {
            Api = api,
            Worker = worker,
            Apps = AppsSizing.Choose(load, topology, api, worker, prices),
            Ingress = IngressSizing.Of(load, topology),
            Database = database,
            Connections = ConnectionSizing.Of(api, worker, database),
            Cache = CacheSizing.Size(load, topology, throughput),
            Broker = BrokerSizing.Size(load, topology, throughput),
            Edge = TrafficSizing.Edge(load, throughput),
            Media = TrafficSizing.Media(load),
            Observability = TrafficSizing.Observability(load, topology, api, worker),
        };
        var need = DatabaseNeed.Of(load, throughput);
        return plan with { MonthlyCost = Costs.Of(load, topology, plan, need, prices), Warnings = [.. PlanWarnings.Of(load, topology, plan, throughput, prices)] };
    }
}
