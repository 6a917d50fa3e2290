using Microblog.Contracts;
using RabbitMQ.Client;

namespace Microblog.ApiService.Outbox;

/// <summary>What brings messages from the database to the broker.</summary>
public static class OutboxServices
{
    /// <summary>Adds the relay.</summary>
    public static void AddOutbox(this IServiceCollection services)
    {
        services.AddSingleton<OutboxSignal>().AddSingleton<OutboxRelay>().AddHostedService(provider => provider.GetRequiredService<OutboxRelay>());
        services.AddSingleton(provider => new BrokerPublisher(provider.GetRequiredService<IConnectionFactory>(), "outbox relay"));
    }
}
