using System.Text.Json;
using Microblog.ApiService.Outbox;
using Microblog.Contracts;
using Microblog.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client.Exceptions;

namespace Microblog.ApiService.Tests.Outbox;

/// <summary>The relay alone, without an API whose own relay would be faster.</summary>
public sealed class OutboxRelayTests(Backends backends) : IAsyncLifetime
{
    private readonly ApiMetrics _metrics = new();
    private readonly OutboxSignal _signal = new();
    private Sandbox _sandbox = null!;
    private BrokerPublisher _publisher = null!;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await Sandbox.CreateAsync(backends);
        _publisher = new BrokerPublisher(_sandbox.Broker.Factory(), "test");
    }

    public async ValueTask DisposeAsync()
    {
        await _publisher.DisposeAsync();
        await _sandbox.DisposeAsync();
        _signal.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public async Task An_empty_outbox_is_nothing_to_do()
    {
        Assert.Equal(0, await Relay().RunOnceAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_row_is_published_under_its_routing_key_and_deleted()
    {
        await AddAsync(BrokerTopology.StatusPosted, """{"statusId":1}""");
        await AddAsync(BrokerTopology.FollowChanged, """{"followerId":2}""");

        Assert.Equal(2, await Relay().RunOnceAsync(CancellationToken.None));

        Assert.Equal(0, await LeftAsync());
        var letters = await _sandbox.Broker.TakeAllAsync(BrokerTopology.FeedQueue);
        Assert.Equal([(BrokerTopology.StatusPosted, """{"statusId":1}"""), (BrokerTopology.FollowChanged, """{"followerId":2}""")], letters.Select(letter => (letter.RoutingKey, letter.Body)));
    }

    [Fact]
    public async Task The_trace_of_the_request_goes_on_in_the_message()
    {
        using var listener = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref System.Diagnostics.ActivityCreationOptions<System.Diagnostics.ActivityContext> _) => System.Diagnostics.ActivitySamplingResult.AllData,
        };
        System.Diagnostics.ActivitySource.AddActivityListener(listener);
        await AddAsync(BrokerTopology.StatusPosted, "{}", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        await Relay().RunOnceAsync(CancellationToken.None);

        var letter = Assert.Single(await _sandbox.Broker.TakeAllAsync(BrokerTopology.FeedQueue));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", letter.Headers["traceparent"]);
    }

    [Fact]
    public async Task Relays_at_the_same_time_send_each_row_once()
    {
        const int Rows = 5 * OutboxRelay.BatchSize;
        await _sandbox.ExecuteAsync("INSERT INTO outbox (routing_key, payload) SELECT @key, convert_to(i::text, 'UTF8') FROM generate_series(1, @Rows) i", new { key = BrokerTopology.StatusPosted, Rows });

        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            while (await Relay().RunOnceAsync(CancellationToken.None) > 0)
            {
            }
        }));

        Assert.Equal(0, await LeftAsync());
        var bodies = (await _sandbox.Broker.TakeAllAsync(BrokerTopology.FeedQueue)).Select(letter => int.Parse(letter.Body, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(1, Rows), bodies.Order());
    }

    [Fact]
    public async Task A_crash_between_publishing_and_deleting_sends_again_and_loses_nothing()
    {
        await AddAsync(BrokerTopology.StatusPosted, "twice");
        // The row cannot be deleted, so the transaction fails after the broker has confirmed, as when the process dies there.
        await _sandbox.ExecuteAsync("CREATE TABLE holds (id bigint REFERENCES outbox); INSERT INTO holds SELECT id FROM outbox");

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => Relay().RunOnceAsync(CancellationToken.None));
        Assert.Equal(1, await LeftAsync());

        await _sandbox.ExecuteAsync("DROP TABLE holds");
        Assert.Equal(1, await Relay().RunOnceAsync(CancellationToken.None));

        Assert.Equal(0, await LeftAsync());
        Assert.Equal(["twice", "twice"], (await _sandbox.Broker.TakeAllAsync(BrokerTopology.FeedQueue)).Select(letter => letter.Body));
    }

    [Fact]
    public async Task A_row_that_no_queue_takes_waits_and_says_why_and_holds_up_nobody()
    {
        await AddAsync("no.such.key", "lost?");
        await AddAsync(BrokerTopology.StatusPosted, "fine");

        Assert.Equal(2, await Relay().RunOnceAsync(CancellationToken.None));
        Assert.Equal(0, await Relay().RunOnceAsync(CancellationToken.None));

        Assert.Equal("fine", Assert.Single(await _sandbox.Broker.TakeAllAsync(BrokerTopology.FeedQueue)).Body);
        var (attempts, error, waits) = Assert.Single(await _sandbox.ListAsync<(int, string, bool)>("SELECT attempts, last_error, not_before > now() FROM outbox"));
        Assert.Equal((1, "returned: no queue is bound to this routing key", true), (attempts, error, waits));
    }

    [Fact]
    public async Task A_postponed_row_is_tried_again_and_waits_longer_each_time()
    {
        await AddAsync("no.such.key", "lost?");
        var waits = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(1, await Relay().RunOnceAsync(CancellationToken.None));
            waits.Add(await _sandbox.ScalarAsync<double>("SELECT extract(epoch FROM not_before - now()) FROM outbox"));
            await _sandbox.ExecuteAsync("UPDATE outbox SET not_before = now()");
        }

        Assert.Equal(waits.Order(), waits);
        Assert.InRange(waits[^1], 6, 9);
        Assert.Equal(4, await _sandbox.ScalarAsync<int>("SELECT attempts FROM outbox"));
    }

    [Fact]
    public async Task Without_a_broker_the_rows_stay_as_they_are()
    {
        await AddAsync(BrokerTopology.StatusPosted, "later");
        await using var nowhere = new BrokerPublisher(_sandbox.Broker.Factory($"amqp://127.0.0.1:{Gate.DeadPort()}"), "test");

        await Assert.ThrowsAsync<BrokerUnreachableException>(() => new OutboxRelay(_sandbox.Primary, nowhere, _signal, _metrics, NullLogger<OutboxRelay>.Instance).RunOnceAsync(CancellationToken.None));

        Assert.Equal((0, false), Assert.Single(await _sandbox.ListAsync<(int, bool)>("SELECT attempts, not_before > now() FROM outbox")));
        Assert.Equal(1, await Relay().RunOnceAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_the_api_writes_is_what_the_worker_reads()
    {
        await using var api = await ApiHost.StartAsync(_sandbox);
        var (alice, bob) = await api.People.AliceAndBobAsync();
        var status = await alice.PostAsync("Hello #World", "unlisted");
        await bob.FollowAsync(alice);
        await alice.DeleteStatusAsync(status);

        await Eventually.HoldsAsync("the outbox to be empty", async () => await LeftAsync() == 0);
        var letters = (await _sandbox.Broker.TakeAllAsync(BrokerTopology.FeedQueue)).ToDictionary(letter => letter.RoutingKey, letter => letter.Body);

        var posted = JsonSerializer.Deserialize(letters[BrokerTopology.StatusPosted], MessageJson.Default.StatusPosted)!;
        Assert.Equal((status, alice.Id), (posted.StatusId, posted.AuthorId));
        Assert.InRange(posted.PostedAt, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        Assert.Equal(new FollowChanged(bob.Id, alice.Id), JsonSerializer.Deserialize(letters[BrokerTopology.FollowChanged], MessageJson.Default.FollowChanged));
        var deleted = JsonSerializer.Deserialize(letters[BrokerTopology.StatusDeleted], MessageJson.Default.StatusDeleted)!;
        Assert.Equal((status, alice.Id, (short)1, null), (deleted.StatusId, deleted.AuthorId, deleted.Visibility, deleted.ReblogOfId));
        Assert.Equal(["world"], deleted.Hashtags!);
    }

    private OutboxRelay Relay() => new(_sandbox.Primary, _publisher, _signal, _metrics, NullLogger<OutboxRelay>.Instance);

    private Task<long> LeftAsync() => _sandbox.ScalarAsync<long>("SELECT count(*) FROM outbox");

    private Task<int> AddAsync(string routingKey, string payload, string? traceparent = null) =>
        _sandbox.ExecuteAsync("INSERT INTO outbox (routing_key, payload, traceparent) VALUES (@routingKey, convert_to(@payload, 'UTF8'), @traceparent)", new { routingKey, payload, traceparent });
}
