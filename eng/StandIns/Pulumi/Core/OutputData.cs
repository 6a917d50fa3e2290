using System.Collections.Immutable;

namespace Pulumi;

/// <summary>What an output resolves to, with the resources it came from.</summary>
internal readonly record struct OutputData<T>(ImmutableHashSet<Resource> Resources, T Value, bool IsKnown, bool IsSecret)
{
    public OutputData<object?> Boxed => new(Resources, Value, IsKnown, IsSecret);

    public static OutputData<T> Plain(T value) => new([], value, IsKnown: true, IsSecret: false);
}

internal interface IOutput
{
    Task<OutputData<object?>> GetDataAsync();
}

internal interface IInput
{
    IOutput ToOutput();
}
