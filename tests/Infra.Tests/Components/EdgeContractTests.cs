using System.Text.RegularExpressions;
using Microblog.Infra.AppModel;
using Microblog.Infra.Components;

namespace Microblog.Infra.Tests.Components;

public sealed class EdgeContractTests
{
    private static readonly AppContract Committed = AppModelReader.ReadFile(AppModelReader.DefaultPath);

    [Fact]
    public void The_committed_contract_has_what_the_edge_needs() => EdgeContract.Check(Committed);

    [Fact]
    public void What_is_missing_is_named()
    {
        Assert.Equal("app-model.json: routes.health is missing: Front Door asks it whether the API can be sent requests.", Refusal(Committed.Routes with { Health = null }));
        Assert.StartsWith("app-model.json: routes.maxRequestBytes is missing", Refusal(Committed.Routes with { MaxRequestBytes = null }));
        Assert.StartsWith("app-model.json: routes.cacheable has no /media/*", Refusal(Committed.Routes with { Cacheable = [] }));
        Assert.StartsWith("app-model.json: no service is external", Assert.Throws<AppModelException>(() => EdgeContract.Check(Committed with { Services = [.. Committed.Services.Select(service => service with { External = false })] })).Message);
    }

    [Theory]
    [InlineData("api/v1/streaming")]
    [InlineData("/api/*/streaming")]
    [InlineData("/api/v1/stream*")]
    public void A_path_that_front_door_cannot_match_is_refused(string path) =>
        Assert.StartsWith($"app-model.json: the route '{path}' is nothing that Front Door can match", Refusal(Committed.Routes with { Streaming = [path] }));

    [Fact]
    public void A_path_is_kept_or_streamed_and_for_a_time_that_makes_sense()
    {
        Assert.Contains("/media/* is in routes.cacheable and in routes.streaming", Refusal(Committed.Routes with { Streaming = ["/media/*"] }));
        Assert.Contains("keeps /x for 0 seconds", Refusal(Committed.Routes with { Cacheable = [.. Committed.Routes.Cacheable, new CacheableSpec("/x", 0)] }));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(99)]
    [InlineData(1999)]
    [InlineData(18_874_368)]
    public void Numbers_above_a_limit_are_known_by_their_digits(long limit)
    {
        var pattern = EdgePatterns.NumberAbove(limit);

        foreach (var number in Enumerable.Range(-200, 400).Select(distance => limit + distance).Concat([0, 1, limit * 10, limit / 10, (limit * 100) + 7, long.MaxValue]).Where(number => number >= 0))
        {
            Assert.True(number > limit == Regex.IsMatch($"{number}", pattern), $"{number}");
            Assert.True(number > limit == Regex.IsMatch($"000{number}", pattern), $"000{number}");
        }
    }

    private static string Refusal(RoutesSpec routes) => Assert.Throws<AppModelException>(() => EdgeContract.Check(Committed with { Routes = routes })).Message;
}
