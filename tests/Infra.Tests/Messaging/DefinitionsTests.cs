using Microblog.Contracts;
using Microblog.Infra.AppModel;
using Microblog.Infra.Components;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Microblog.Infra.Tests.Messaging;

/// <summary>The broker that comes up with the definitions is the one that the applications expect.</summary>
public sealed class DefinitionsTests
{
    [Fact]
    public async Task A_real_broker_takes_them_and_the_applications_find_what_they_declare()
    {
        NodeFolder.SkipWhereToolsAreMissing();
        Assert.SkipWhen(BrokerServer.Program is null, "This needs a RabbitMQ outside of containers.");
        using var node = await NodeFolder.CreateAsync();
        await using var server = await BrokerServer.StartAsync(node);
        await using var connection = await server.ConnectAsync();

        await using (var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)))
        {
            foreach (var queue in NodeFolder.Model.Queues)
            {
                await channel.QueueDeclarePassiveAsync(queue.Name);
            }
            await BrokerTopology.DeclareAsync(channel);
            await channel.BasicPublishAsync(BrokerTopology.Exchange, BrokerTopology.StatusPosted, mandatory: true, ReadOnlyMemory<byte>.Empty);
            Assert.NotNull(await channel.BasicGetAsync(BrokerTopology.FeedQueue, autoAck: true));
        }

        await using (var channel = await connection.CreateChannelAsync())
        {
            var refusal = await Assert.ThrowsAsync<OperationInterruptedException>(() => channel.QueueDeclareAsync(
                BrokerTopology.FeedQueue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = 1 }));
            Assert.Equal(406, refusal.ShutdownReason!.ReplyCode);
        }
        var stranger = await Assert.ThrowsAsync<BrokerUnreachableException>(() => server.ConnectAsync("not the password"));
        Assert.IsType<AuthenticationFailureException>(stranger.InnerException);
    }

    [Fact]
    public void More_than_a_vault_takes_is_refused()
    {
        var queue = NodeFolder.Model.Queues[0];
        var many = NodeFolder.Model with { Queues = [.. Enumerable.Range(0, 200).Select(number => queue with { Name = $"queue-{number}" })] };

        var problem = Assert.Throws<AppModelException>(() => BrokerDefinitions.Render(many));

        Assert.StartsWith(AppModelReader.FileName, problem.Message);
    }
}
