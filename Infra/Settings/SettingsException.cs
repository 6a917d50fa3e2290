namespace Microblog.Infra.Settings;

/// <summary>A stack's configuration that cannot be provisioned. Ends the run before any resource is registered.</summary>
/// <param name="key">The configuration key to change, as <c>microblog:host</c>.</param>
/// <param name="problem">What is wrong and what would be right; a sentence without the key.</param>
public sealed class SettingsException(string key, string problem) : Exception($"{key}: {problem}")
{
    /// <summary>The key to change.</summary>
    public string Key { get; } = key;
}
