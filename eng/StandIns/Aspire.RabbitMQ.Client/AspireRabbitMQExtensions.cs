using System.Net.Sockets;
using Aspire.RabbitMQ.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Polly;
using Polly.Retry;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers <see cref="IConnectionFactory"/> and <see cref="IConnection"/> by connection name.</summary>
public static class AspireRabbitMQExtensions
{
    public static void AddRabbitMQClient(this IHostApplicationBuilder builder, string connectionName, Action<RabbitMQClientSettings>? configureSettings = null, Action<ConnectionFactory>? configureConnectionFactory = null) =>
        Add(builder, connectionName, serviceKey: null, configureSettings, configureConnectionFactory);

    public static void AddKeyedRabbitMQClient(this IHostApplicationBuilder builder, string name, Action<RabbitMQClientSettings>? configureSettings = null, Action<ConnectionFactory>? configureConnectionFactory = null) =>
        Add(builder, name, serviceKey: name, configureSettings, configureConnectionFactory);

    private static void Add(IHostApplicationBuilder builder, string name, string? serviceKey, Action<RabbitMQClientSettings>? configureSettings, Action<ConnectionFactory>? configureConnectionFactory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var settings = new RabbitMQClientSettings();
        builder.Configuration.GetSection("Aspire:RabbitMQ:Client").Bind(settings);
        builder.Configuration.GetSection($"Aspire:RabbitMQ:Client:{name}").Bind(settings);
        settings.ConnectionString = builder.Configuration.GetConnectionString(name) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);

        IConnectionFactory CreateFactory()
        {
            if (string.IsNullOrEmpty(settings.ConnectionString))
            {
                throw new InvalidOperationException($"RabbitMQ connection string is missing: provide it in 'ConnectionStrings:{name}'.");
            }
            var factory = new ConnectionFactory { Uri = new Uri(settings.ConnectionString) };
            configureConnectionFactory?.Invoke(factory);
            return factory;
        }

        if (serviceKey is null)
        {
            builder.Services.AddSingleton(_ => CreateFactory());
            builder.Services.AddSingleton(services => Connect(services.GetRequiredService<IConnectionFactory>(), settings.MaxConnectRetryCount));
        }
        else
        {
            builder.Services.AddKeyedSingleton(serviceKey, (_, _) => CreateFactory());
            builder.Services.AddKeyedSingleton(serviceKey, (services, key) => Connect(services.GetRequiredKeyedService<IConnectionFactory>(key), settings.MaxConnectRetryCount));
        }
        if (!settings.DisableHealthChecks)
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                serviceKey is null ? "RabbitMQ.Client" : $"RabbitMQ.Client_{name}",
                services => new OpenConnection(() => serviceKey is null ? services.GetRequiredService<IConnection>() : services.GetRequiredKeyedService<IConnection>(serviceKey)),
                failureStatus: null,
                tags: null));
        }
    }

    private static IConnection Connect(IConnectionFactory factory, int retries)
    {
        var pipeline = new ResiliencePipelineBuilder();
        if (retries > 0)
        {
            pipeline.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<SocketException>().Handle<BrokerUnreachableException>(),
                BackoffType = DelayBackoffType.Exponential,
                MaxRetryAttempts = retries,
                Delay = TimeSpan.FromSeconds(1),
            });
        }
        return pipeline.Build().ExecuteAsync(async token => await factory.CreateConnectionAsync(token)).AsTask().GetAwaiter().GetResult();
    }

    private sealed class OpenConnection(Func<IConnection> connection) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                return Task.FromResult(connection().IsOpen ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, "The connection is closed."));
            }
            catch (Exception exception) when (exception is SocketException or BrokerUnreachableException)
            {
                return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, exception.Message, exception));
            }
        }
    }
}
