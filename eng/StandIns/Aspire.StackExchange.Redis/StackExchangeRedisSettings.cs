namespace Aspire.StackExchange.Redis;

/// <summary>Settings of a Redis client; sections <c>Aspire:StackExchange:Redis</c> and <c>Aspire:StackExchange:Redis:{name}</c>.</summary>
public sealed class StackExchangeRedisSettings
{
    public string? ConnectionString { get; set; }

    public bool DisableAutoActivation { get; set; } = true;

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }
}
