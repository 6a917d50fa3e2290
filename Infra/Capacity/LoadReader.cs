namespace Microblog.Infra.Capacity;

/// <summary>Reads a <see cref="Load"/> from a stack's configuration. The keys are the names of its properties, so none is written twice.</summary>
public static class LoadReader
{
    /// <summary>Names of all keys, without the project's prefix.</summary>
    public static IReadOnlyList<string> Keys { get; } = ConfigValues.Keys<Load>();

    /// <summary>Reads and checks the load. Throws <see cref="CapacityException"/> naming the key.</summary>
    /// <param name="value">Value of a key (without the project's prefix), null when the stack does not set it: <c>key => config.Get(key)</c>.</param>
    public static Load Read(Func<string, string?> value)
    {
        var load = new Load { Accounts = 0, DailyActiveUsers = 0 };
        ConfigValues.Apply(load, value, [nameof(Load.Accounts), nameof(Load.DailyActiveUsers)]);
        load.Validate();
        return load;
    }
}

/// <summary>Reads a <see cref="Topology"/> from a stack's configuration, as <see cref="LoadReader"/> reads a load.</summary>
public static class TopologyReader
{
    /// <summary>Names of all keys, without the project's prefix.</summary>
    public static IReadOnlyList<string> Keys { get; } = ConfigValues.Keys<Topology>();

    /// <summary>Reads and checks the switches. Throws <see cref="CapacityException"/> naming the key.</summary>
    /// <param name="value">Value of a key (without the project's prefix), null when the stack does not set it.</param>
    public static Topology Read(Func<string, string?> value)
    {
        var topology = new Topology { ZoneRedundant = false };
        ConfigValues.Apply(topology, value, [nameof(Topology.ZoneRedundant)]);
        topology.Validate();
        return topology;
    }
}
