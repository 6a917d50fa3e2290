namespace Aspire.RabbitMQ.Client;

/// <summary>Settings of a RabbitMQ client; sections <c>Aspire:RabbitMQ:Client</c> and <c>Aspire:RabbitMQ:Client:{name}</c>.</summary>
public sealed class RabbitMQClientSettings
{
    public string? ConnectionString { get; set; }

    public bool DisableAutoActivation { get; set; } = true;

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }

    public int MaxConnectRetryCount { get; set; } = 5;
}
