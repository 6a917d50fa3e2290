using System.Text.Json.Nodes;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

public sealed class ThroughputTests
{
    private const string File = "Infra/Capacity/throughput.json";

    [Fact]
    public void Figures_are_read_under_their_names()
    {
        var changed = Throughput.Parse(Changed(figures => figures["apiHomeRead"]!["value"] = 123));

        Assert.Equal(123, changed.ApiHomeRead);
        Assert.Equal(Given.Throughput.ApiPost, changed.ApiPost);
        Assert.All(typeof(Throughput).GetProperties().Where(property => property.PropertyType == typeof(double)), property => Assert.True((double)property.GetValue(changed)! > 0));
    }

    [Fact]
    public void Slower_code_needs_more()
    {
        var slower = Throughput.Parse(Changed(figures => figures["databaseHomeRead"]!["value"] = 3_000));

        Assert.True(CapacityPlan.For(Given.Load, Given.Topology, slower, Given.Prices).Database.VCores > Given.Plan(Given.Load).Database.VCores);
    }

    [Fact]
    public void A_missing_figure_is_named() => Assert.Contains("\"redisCall\" is missing", Error(figures => figures.Remove("redisCall")));

    [Fact]
    public void An_unknown_figure_is_named() => Assert.Contains("\"redisCalls\" is unknown", Error(figures => figures["redisCalls"] = figures["redisCall"]!.DeepClone()));

    [Theory]
    [InlineData("value", "0")]
    [InlineData("value", "-3")]
    [InlineData("unit", "\"\"")]
    [InlineData("source", "\" \"")]
    public void An_impossible_figure_is_named(string field, string value) => Assert.Contains("\"redisCall\"", Error(figures => figures["redisCall"]![field] = JsonNode.Parse(value)));

    [Fact]
    public void What_is_assumed_is_warned_of_until_it_is_measured()
    {
        var measured = Throughput.Parse(Changed(figures => figures.ToList().ForEach(figure => figure.Value!["assumption"] = false)));

        Assert.Contains(Given.Plan(Given.Load).Warnings, warning => warning.Contains(File, StringComparison.Ordinal));
        Assert.DoesNotContain(CapacityPlan.For(Given.Load, Given.Topology, measured, Given.Prices).Warnings, warning => warning.Contains(File, StringComparison.Ordinal));
    }

    private static string Error(Action<JsonObject> change)
    {
        var problem = Assert.Throws<CapacityException>(() => Throughput.Parse(Changed(change)));
        Assert.Equal(File, problem.Key);
        return problem.Message;
    }

    private static string Changed(Action<JsonObject> change)
    {
        var file = JsonNode.Parse(Given.Text(File))!;
        change(file["figures"]!.AsObject());
        return file.ToJsonString();
    }
}
