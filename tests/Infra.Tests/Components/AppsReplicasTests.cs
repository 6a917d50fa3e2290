using Microblog.Infra.Capacity;
using Microblog.Infra.Components;
using Microblog.Infra.Tests.Capacity;

namespace Microblog.Infra.Tests.Components;

/// <summary>How many replicas of which size, and what starts more of them.</summary>
public sealed class AppsReplicasTests
{
    private static readonly CapacityPlan Plan = Given.Plan(Given.Load);

    [Fact]
    public void The_plan_sizes_the_public_api_and_the_worker_of_the_queues()
    {
        var (api, worker) = (Of("apiservice"), Of("feedworker"));

        Assert.Equal((Plan.Api.MinReplicas, Plan.Api.MaxReplicas, Plan.Api.Cpu, Plan.Apps.WorkloadProfile), (api.Min, api.Max, api.Cpu, api.Profile));
        Assert.Equal((Plan.Worker.MinReplicas, Plan.Worker.MaxReplicas, Plan.Worker.MemoryGiB), (worker.Min, worker.Max, worker.MemoryGiB));
    }

    [Fact]
    public void Any_other_service_has_the_contracts_replicas()
    {
        var other = AppsReplicas.Of(Contracts.Extra, Contracts.With(Contracts.Extra), Plan);

        Assert.Equal(new AppsReplicas(2, 5, 0.25, 0.5, AppsReplicas.Consumption), other);
        Assert.Null(other.Problem());
    }

    [Theory]
    [InlineData(0.25, 0.5)]
    [InlineData(1.75, 3.5)]
    [InlineData(4, 8)]
    public void Two_GiB_per_core_in_quarters_are_offered(double cpu, double memory) => Assert.Null(Size(cpu, memory).Problem());

    [Theory]
    [InlineData(0.3, 0.6, "is to have 0.3 cores; the profile Consumption offers 0.25 to 4 in steps of 0.25.")]
    [InlineData(0, 0, "is to have 0 cores; the profile Consumption offers 0.25 to 4 in steps of 0.25.")]
    [InlineData(8, 16, "is to have 8 cores; the profile Consumption offers 0.25 to 4 in steps of 0.25.")]
    [InlineData(1, 4, "is to have 1 cores and 4 GiB of memory; the profile Consumption offers 2 GiB per core, here 2.")]
    public void Other_sizes_are_refused(double cpu, double memory, string problem) => Assert.Equal(problem, Size(cpu, memory).Problem());

    [Fact]
    public void A_dedicated_node_bounds_what_a_replica_can_have()
    {
        Assert.Null(Size(8, 4, "D8").Problem());
        Assert.Equal("is to have 8.25 cores; the profile D8 offers 0.25 to 8 in steps of 0.25.", Size(8.25, 4, "D8").Problem());
        Assert.Equal("is to have 33 GiB of memory; a node of the profile D8 has 32.", Size(8, 33, "D8").Problem());
    }

    [Fact]
    public void More_replicas_than_the_platform_starts_are_refused() =>
        Assert.Equal("is to have up to 1001 replicas; a container app has 1000 at most.", (Size(1, 2) with { Max = 1_001 }).Problem());

    [Fact]
    public void Each_queue_has_a_rule_of_its_own()
    {
        var rules = AppsScaling.Of(Contracts.Service("feedworker"), Contracts.Committed, Of("feedworker"), Given.Load);

        Assert.Equal(["cpu", "queue-feed", "queue-feed-slices", "queue-feed-pushes"], rules.Select(rule => rule.Name));
        Assert.Equal(("amqp", "feed.slices", "QueueLength", "20"), (rules[2].Metadata["protocol"], rules[2].Metadata["queueName"], rules[2].Metadata["mode"], rules[2].Metadata["value"]));
    }

    [Fact]
    public void Open_streams_do_not_start_replicas_that_requests_do_not_need()
    {
        var api = Of("apiservice");
        var streams = Given.Load.DailyActiveUsers * Given.Load.Growth * Given.Load.StreamingShare;

        var allowed = Concurrency(AppsScaling.Of(Contracts.Service("apiservice"), Contracts.Committed, api, Given.Load));

        Assert.InRange((streams + (100 * api.Max)) / allowed, api.Max - 1, api.Max);
        Assert.Equal(100, Concurrency(AppsScaling.Of(Contracts.Service("apiservice"), Contracts.Committed with { Routes = Contracts.Committed.Routes with { Streaming = [] } }, api, Given.Load)));
    }

    [Fact]
    public void What_cannot_grow_has_no_rules() =>
        Assert.Empty(AppsScaling.Of(Contracts.Extra, Contracts.With(Contracts.Extra), new AppsReplicas(2, 2, 0.25, 0.5, AppsReplicas.Consumption), Given.Load));

    private static int Concurrency(IReadOnlyList<AppsScaling> rules) => int.Parse(rules.Single(rule => rule.Type == "http").Metadata["concurrentRequests"], System.Globalization.CultureInfo.InvariantCulture);

    private static AppsReplicas Of(string service) => AppsReplicas.Of(Contracts.Service(service), Contracts.Committed, Plan);

    private static AppsReplicas Size(double cpu, double memory, string profile = AppsReplicas.Consumption) => new(1, 2, cpu, memory, profile);
}
