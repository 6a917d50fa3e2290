namespace Microblog.Infra.Capacity;

/// <summary>Capacity that cannot be planned: an impossible figure, or a size that does not exist. Ends the run before any resource is registered.</summary>
/// <param name="key">The stack's configuration key to change, as <c>microblog:dailyActiveUsers</c>, or the file for figures that stand in one.</param>
/// <param name="problem">What is wrong and what would be right; a sentence without the key.</param>
public sealed class CapacityException(string key, string problem) : Exception($"{key}: {problem}")
{
    /// <summary>The key or file to change.</summary>
    public string Key { get; } = key;
}
