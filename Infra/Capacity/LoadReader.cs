namespace Microblog.Infra.Capacity;

/// <summary>Reads a <see cref="Load"/> from a stack's configuration.</summary>
public static class LoadReader
{
    /// <summary>Names of all keys, without the project's prefix.</summary>
    public static IReadOnlyList<string> Keys => throw new NotImplementedException();

    /// <summary>Reads and checks the load. Throws <see cref="CapacityException"/> naming the key.</summary>
    /// <param name="value">Value of a key (without the project's prefix), null when the stack does not set it: <c>key => config.Get(key)</c>.</param>
    public static Load Read(Func<string, string?> value) => throw new NotImplementedException();
}
