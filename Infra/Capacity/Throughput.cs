namespace Microblog.Infra.Capacity;

/// <summary>What one core does, from <c>throughput.json</c>.</summary>
public sealed record Throughput
{
    /// <summary>Reads the file beside the program. Throws <see cref="CapacityException"/> naming the file and the missing or impossible figure.</summary>
    public static Throughput Load() => throw new NotImplementedException();
}
