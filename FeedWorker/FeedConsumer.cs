using System.Diagnostics;
using System.Text;
using Microblog.Contracts;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Microblog.FeedWorker;

/// <summary>
/// The broker's side of the worker: takes deliveries, and acknowledges each only after its effect, so that a crash at any point
/// means a redelivery and never a loss. What cannot be done now waits in a retry queue; what never can goes to the dead letters.
/// </summary>
public sealed partial class FeedConsumer(IConnectionFactory factory, BrokerPublisher publisher, MessageHandler handler, FeedMetrics metrics, ILogger<FeedConsumer> logger)
    : BackgroundService, IHealthCheck
{
    /// <summary>Attempts after which a message that fails for an unknown reason is given up.</summary>
    public const int MaxAttempts = 5;

    /// <summary>Deliveries on their way to this process: enough to keep its handlers busy, few enough to leave the others some.</summary>
    private const ushort FeedPrefetch = 200;
    private const ushort FeedHandlers = 16;

    /// <summary>Slices are large: few at a time, so that all workers get their share.</summary>
    private const ushort SlicePrefetch = 4;
    private const ushort SliceHandlers = 2;

    /// <summary>Pushes mostly wait for others' servers, and hold a connection to PostgreSQL only for a moment.</summary>
    private const ushort PushPrefetch = 64;
    private const ushort PushHandlers = 32;

    private static readonly TimeSpan ReconnectPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan HandleTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(10);

    private static readonly ActivitySource Activities = new("Microblog.FeedWorker");

    private int _inFlight;
    private volatile bool _consuming;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_consuming ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("Not consuming: there is no connection to RabbitMQ."));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ConsumeAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException or TimeoutException or IOException)
            {
                Log.Waiting(logger, exception.GetBaseException().Message);
            }
            catch (Exception exception)
            {
                // Not foreseen, but a worker that no longer consumes is of no use to anybody.
                Log.Failed(logger, exception);
            }
            _consuming = false;
            await Task.Delay(ReconnectPause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Consumes until the connection is lost or the process stops.</summary>
    private async Task ConsumeAsync(CancellationToken stoppingToken)
    {
        await using var connection = await factory.CreateConnectionAsync("feed worker", stoppingToken).WaitAsync(ConnectTimeout, stoppingToken);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionShutdownAsync += (_, _) =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await using var feed = await OpenAsync(connection, FeedPrefetch, FeedHandlers, closed, stoppingToken);
        await using var slices = await OpenAsync(connection, SlicePrefetch, SliceHandlers, closed, stoppingToken);
        await using var pushes = await OpenAsync(connection, PushPrefetch, PushHandlers, closed, stoppingToken);
        await BrokerTopology.DeclareAsync(feed, stoppingToken);
        var feedTag = await SubscribeAsync(feed, BrokerTopology.FeedQueue, stoppingToken);
        var sliceTag = await SubscribeAsync(slices, BrokerTopology.SliceQueue, stoppingToken);
        var pushTag = await SubscribeAsync(pushes, BrokerTopology.PushQueue, stoppingToken);
        _consuming = true;
        Log.Consuming(logger);
        try
        {
            await closed.Task.WaitAsync(stoppingToken);
            Log.Lost(logger);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // No new deliveries; those in hand are finished and acknowledged before the channels close.
            await feed.BasicCancelAsync(feedTag, cancellationToken: CancellationToken.None).WaitAsync(DrainTimeout, CancellationToken.None);
            await slices.BasicCancelAsync(sliceTag, cancellationToken: CancellationToken.None).WaitAsync(DrainTimeout, CancellationToken.None);
            await pushes.BasicCancelAsync(pushTag, cancellationToken: CancellationToken.None).WaitAsync(DrainTimeout, CancellationToken.None);
            await DrainAsync();
            throw;
        }
    }

    private static async Task<IChannel> OpenAsync(IConnection connection, ushort prefetch, ushort handlers, TaskCompletionSource closed, CancellationToken cancellationToken)
    {
        var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: false, publisherConfirmationTrackingEnabled: false, consumerDispatchConcurrency: handlers), cancellationToken);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await channel.BasicQosAsync(0, prefetch, global: false, cancellationToken);
        return channel;
    }

    private async Task<string> SubscribeAsync(IChannel channel, string queue, CancellationToken stoppingToken)
    {
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) => ReceiveAsync(channel, delivery, stoppingToken);
        return await channel.BasicConsumeAsync(queue, autoAck: false, consumer, stoppingToken);
    }

    private async Task ReceiveAsync(IChannel channel, BasicDeliverEventArgs delivery, CancellationToken stoppingToken)
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            // The client's buffer is reused once this method yields for good; the copy is not.
            var body = delivery.Body.ToArray();
            var (outcome, failure) = await HandleAsync(delivery, body, stoppingToken);
            metrics.Handled(delivery.RoutingKey, outcome);
            if (failure is not null)
            {
                await SetAsideAsync(delivery, body, outcome, failure);
            }
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, CancellationToken.None);
        }
        catch (Exception exception)
        {
            Log.NotSettled(logger, delivery.RoutingKey, exception.Message);
            await GiveBackAsync(channel, delivery, stoppingToken);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    /// <summary>Has the broker deliver it again, to this process or another, after a pause. On a channel that has gone it does so by itself, on an open one it would wait for ever.</summary>
    private static async Task GiveBackAsync(IChannel channel, BasicDeliverEventArgs delivery, CancellationToken stoppingToken)
    {
        await Task.Delay(ReconnectPause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await channel.BasicNackAsync(delivery.DeliveryTag, multiple: false, requeue: true, CancellationToken.None);
        }
        catch (Exception exception) when (exception is AlreadyClosedException or OperationInterruptedException or ObjectDisposedException)
        {
            // Gone: nothing to give back.
        }
    }

    private async Task<(Outcome Outcome, Exception? Failure)> HandleAsync(BasicDeliverEventArgs delivery, byte[] body, CancellationToken stoppingToken)
    {
        ActivityContext.TryParse(Header(delivery.BasicProperties, "traceparent"), null, out var parent);
        using var activity = Activities.StartActivity(delivery.RoutingKey, ActivityKind.Consumer, parent);
        try
        {
            using var timeout = new CancellationTokenSource(HandleTimeout);
            await handler.HandleAsync(delivery.RoutingKey, body, timeout.Token);
            return (Outcome.Done, null);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            return (Outcomes.Of(exception), exception);
        }
    }

    /// <summary>Puts a message that was not done into a retry queue or among the dead letters; confirmed before the original is acknowledged.</summary>
    private async Task SetAsideAsync(BasicDeliverEventArgs delivery, byte[] body, Outcome outcome, Exception failure)
    {
        var attempts = int.TryParse(Header(delivery.BasicProperties, BrokerTopology.AttemptsHeader), out var made) ? made : 0;
        var givesUp = outcome is Outcome.Hopeless || (outcome is Outcome.Failed && attempts + 1 >= MaxAttempts);
        var properties = new BasicProperties(delivery.BasicProperties) { Persistent = true };
        properties.Headers = new Dictionary<string, object?>(delivery.BasicProperties.Headers ?? new Dictionary<string, object?>())
        {
            [BrokerTopology.AttemptsHeader] = (attempts + 1).ToString(System.Globalization.CultureInfo.InvariantCulture),
            [BrokerTopology.ReasonHeader] = $"{failure.GetType().Name}: {failure.Message}",
            [BrokerTopology.DelayHeader] = BrokerTopology.RetryQueue(attempts),
        };
        using var timeout = new CancellationTokenSource(ConnectTimeout);
        var channel = await publisher.ChannelAsync(timeout.Token);
        await channel.BasicPublishAsync(
            givesUp ? BrokerTopology.DeadLetterExchange : BrokerTopology.RetryExchange, delivery.RoutingKey, mandatory: true, properties, body, timeout.Token);
        if (givesUp)
        {
            Log.DeadLettered(logger, failure, delivery.RoutingKey, attempts + 1);
        }
        else
        {
            Log.Delayed(logger, delivery.RoutingKey, attempts + 1, failure.Message);
        }
    }

    private async Task DrainAsync()
    {
        var until = Stopwatch.StartNew();
        while (Volatile.Read(ref _inFlight) > 0 && until.Elapsed < DrainTimeout)
        {
            await Task.Delay(10);
        }
    }

    private static string? Header(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers is { } headers && headers.TryGetValue(name, out var value) && value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Consuming")]
        public static partial void Consuming(ILogger logger);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to RabbitMQ was lost")]
        public static partial void Lost(ILogger logger);

        [LoggerMessage(Level = LogLevel.Error, Message = "Consuming failed")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for RabbitMQ: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{RoutingKey} was not settled and will be delivered again: {Reason}")]
        public static partial void NotSettled(ILogger logger, string routingKey, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{RoutingKey} waits for attempt {Attempt}: {Reason}")]
        public static partial void Delayed(ILogger logger, string routingKey, int attempt, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{RoutingKey} was dead-lettered after {Attempts} attempts")]
        public static partial void DeadLettered(ILogger logger, Exception exception, string routingKey, int attempts);
    }
}
