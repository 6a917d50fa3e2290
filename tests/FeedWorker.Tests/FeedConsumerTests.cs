using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Microblog.Contracts;
using Microblog.TestSupport;
using RabbitMQ.Client;

namespace Microblog.FeedWorker.Tests;

/// <summary>The broker's side: what happens to a message that is handled, fails, or cannot be understood.</summary>
public sealed class FeedConsumerTests(WorkerFixture worker) : IClassFixture<WorkerFixture>, IAsyncLifetime
{
    private Sandbox Sandbox => worker.Sandbox;

    public async ValueTask InitializeAsync() => await Sandbox.Broker.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_message_is_handled_and_acknowledged()
    {
        await using var consuming = await StartAsync();
        var (author, reader) = await FriendsAsync();
        var status = await worker.StatusAsync(author);

        await PublishAsync(author, status);

        await ArrivesAsync(reader, status);
        await Eventually.HoldsAsync("all queues to be empty", QuietAsync);
    }

    [Theory]
    [InlineData("{ this is no json", "JsonException: ")]
    [InlineData("null", "JsonException: The body is null")]
    [InlineData("""{"statusId": "text"}""", "JsonException: ")]
    public async Task A_body_that_makes_no_sense_goes_to_the_dead_letters_with_its_reason(string body, string reason)
    {
        await using var consuming = await StartAsync();

        await Sandbox.Broker.PublishAsync(BrokerTopology.StatusPosted, body);

        var letter = await DeadLetterAsync();
        Assert.Equal((BrokerTopology.StatusPosted, body), (letter.RoutingKey, letter.Body));
        Assert.StartsWith(reason, letter.Headers[BrokerTopology.ReasonHeader]);
        Assert.Equal("1", letter.Headers[BrokerTopology.AttemptsHeader]);
    }

    [Fact]
    public async Task A_message_under_an_unknown_key_goes_to_the_dead_letters()
    {
        await using var consuming = await StartAsync();

        await Sandbox.Broker.PublishAsync(BrokerTopology.FeedQueue, "{}", exchange: "");

        Assert.Equal("UnknownMessageException: No message is known under the routing key 'feed'", (await DeadLetterAsync()).Headers[BrokerTopology.ReasonHeader]);
    }

    [Fact]
    public async Task Dead_letters_are_replayed_to_where_they_came_from()
    {
        var (author, reader) = await FriendsAsync();
        var status = await worker.StatusAsync(author);
        await Sandbox.Broker.PublishAsync(BrokerTopology.StatusPosted, Body(author, status), BrokerTopology.DeadLetterExchange);
        await Eventually.HoldsAsync("the dead letter to be there", async () => await Sandbox.Broker.CountAsync(BrokerTopology.DeadLetterQueue) == 1);
        var port = Gate.DeadPort();
        await using var consuming = await StartAsync($"--urls=http://127.0.0.1:{port}", $"--MANAGEMENT_PORT={port}");

        var answer = (await new Client(consuming.Address).SendAsync(HttpMethod.Post, "/manage/dead-letters/replay")).Ok();

        Assert.Equal("1 dead letters replayed, 0 left.", answer["message"].GetString());
        await ArrivesAsync(reader, status);
        await Eventually.HoldsAsync("all queues to be empty", QuietAsync);
    }

    [Fact]
    public async Task A_dead_letter_that_still_makes_no_sense_comes_back_once()
    {
        await Sandbox.Broker.PublishAsync(BrokerTopology.StatusPosted, "still no json", BrokerTopology.DeadLetterExchange);
        await Eventually.HoldsAsync("the dead letter to be there", async () => await Sandbox.Broker.CountAsync(BrokerTopology.DeadLetterQueue) == 1);
        await using var consuming = await StartAsync();

        Assert.StartsWith("1 dead letters replayed", await consuming.Get<DeadLetters>().ReplayAsync(CancellationToken.None));

        Assert.Equal("1", (await DeadLetterAsync()).Headers[BrokerTopology.AttemptsHeader]);
    }

    [Fact]
    public async Task While_redis_is_away_messages_wait_and_are_handled_after_its_return()
    {
        var (gate, connection) = Gate.ToRedis(Sandbox.RedisConnection);
        await using var door = gate;
        await using var consuming = await StartAsync($"--ConnectionStrings:redis={connection},connectTimeout=500,syncTimeout=500");
        var (author, reader) = await FriendsAsync();
        var status = await worker.StatusAsync(author);

        gate.Close();
        await PublishAsync(author, status);
        await Eventually.HoldsAsync("the message to wait for its second attempt", async () => await Sandbox.Broker.CountAsync(BrokerTopology.RetryQueue(0)) == 1);
        gate.Open();

        await ArrivesAsync(reader, status);
        await Eventually.HoldsAsync("all queues to be empty", QuietAsync);
    }

    [Fact]
    public async Task A_worker_whose_connection_broke_consumes_again_and_says_so_in_its_health()
    {
        var (gate, connection) = Gate.ToBroker(Sandbox.Broker.Connection);
        await using var door = gate;
        await using var consuming = await StartAsync($"--ConnectionStrings:rabbitmq={connection}");
        var (author, reader) = await FriendsAsync();
        var before = await worker.StatusAsync(author);
        await PublishAsync(author, before);
        await ArrivesAsync(reader, before);
        await HealthAsync(consuming, HttpStatusCode.OK);

        gate.Close();
        await HealthAsync(consuming, HttpStatusCode.ServiceUnavailable);
        var meanwhile = await worker.StatusAsync(author);
        await PublishAsync(author, meanwhile);
        gate.Open();

        await ArrivesAsync(reader, meanwhile);
        await HealthAsync(consuming, HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_worker_that_stops_finishes_what_it_has_and_leaves_the_rest()
    {
        const int Many = 150;
        var (author, reader) = await FriendsAsync();
        var statuses = new List<long>();
        for (var i = 0; i < Many; i++)
        {
            statuses.Add(await worker.StatusAsync(author));
        }
        await Sandbox.Broker.UseAsync(async channel =>
        {
            foreach (var status in statuses)
            {
                await channel.BasicPublishAsync(BrokerTopology.Exchange, BrokerTopology.StatusPosted, mandatory: true, new BasicProperties(), System.Text.Encoding.UTF8.GetBytes(Body(author, status)));
            }
            return true;
        });

        await using (await StartAsync())
        {
            await Eventually.HoldsAsync("the first to arrive", async () => (await worker.ListAsync(reader)).Count > 0);
        }
        await using var next = await StartAsync();

        await Eventually.BecomesAsync("everything to arrive", () => worker.ListAsync(reader), ids => ids.SequenceEqual(Enumerable.Reverse(statuses)));
        Assert.Equal(0u, await Sandbox.Broker.CountAsync(BrokerTopology.DeadLetterQueue));
    }

    [Fact]
    public async Task A_message_that_could_not_be_set_aside_is_given_back_and_not_kept()
    {
        await using var consuming = await StartAsync();
        // The worker declares the topology with its first dead letter; from then on what is taken away stays away.
        await Sandbox.Broker.PublishAsync(BrokerTopology.StatusPosted, "no json");
        await DeadLetterAsync();
        var attempts = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => { if (instrument.Name == "microblog.feed.messages") { listening.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref attempts, (int)count));
        listener.Start();
        await Sandbox.Broker.UseAsync(async channel =>
        {
            await channel.QueueUnbindAsync(BrokerTopology.DeadLetterQueue, BrokerTopology.DeadLetterExchange, "#");
            return true;
        });

        await Sandbox.Broker.PublishAsync(BrokerTopology.StatusPosted, "no json, and no dead letters");
        await Eventually.HoldsAsync("a second attempt", () => Task.FromResult(Volatile.Read(ref attempts) >= 2));
        await Sandbox.Broker.DeclareAsync();

        Assert.Equal("no json, and no dead letters", (await DeadLetterAsync()).Body);
    }

    private Task<WorkerHost> StartAsync(params string[] settings) => WorkerHost.StartAsync(Sandbox, settings);

    private async Task<(long Author, long Reader)> FriendsAsync()
    {
        var accounts = await worker.AccountsAsync(2);
        await worker.FollowAsync(accounts[0], accounts[1]);
        return (accounts[0], accounts[1]);
    }

    private static string Body(long author, long status) => JsonSerializer.Serialize(new StatusPosted(status, author, DateTimeOffset.UtcNow), MessageJson.Default.StatusPosted);

    private Task PublishAsync(long author, long status) => Sandbox.Broker.PublishAsync(BrokerTopology.StatusPosted, Body(author, status));

    private Task ArrivesAsync(long reader, long status) => Eventually.BecomesAsync($"status {status} to arrive", () => worker.ListAsync(reader), ids => ids.Contains(status));

    private async Task<Letter> DeadLetterAsync() =>
        (await Eventually.BecomesAsync("a dead letter", () => Sandbox.Broker.TakeAsync(BrokerTopology.DeadLetterQueue), letter => letter is not null))!;

    private static Task HealthAsync(WorkerHost consuming, HttpStatusCode expected) =>
        Eventually.BecomesAsync($"health to be {expected}", async () => (await new Client(consuming.Address).GetAsync("/health")).Status, status => status == expected);

    private async Task<bool> QuietAsync()
    {
        foreach (var queue in Broker.Queues)
        {
            if (await Sandbox.Broker.CountAsync(queue) > 0)
            {
                return false;
            }
        }
        return true;
    }
}
