namespace Microblog.Infra.Capacity;

/// <summary>Dated unit prices, from <c>prices.json</c>.</summary>
public sealed record Prices
{
    /// <summary>Reads the file beside the program. Throws <see cref="CapacityException"/> naming the file and the missing or impossible price.</summary>
    public static Prices Load() => throw new NotImplementedException();
}
