using System.Text.Json.Nodes;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

public sealed class PriceTests
{
    private const string File = "Infra/Capacity/prices.json";

    [Fact]
    public void Every_meter_has_a_dated_price_that_can_be_read_again()
    {
        Assert.Equal(("USD", "eastus"), (Given.Prices.Currency, Given.Prices.Region));
        Assert.True(Given.Prices.Date > new DateOnly(2026, 1, 1));
        foreach (var meter in Enum.GetValues<Meter>())
        {
            var entry = Given.Prices[meter];
            Assert.All([entry.Unit, entry.Source, entry.ServiceName, entry.ProductName, entry.MeterName], text => Assert.False(string.IsNullOrWhiteSpace(text)));
            Assert.True(Given.Prices.Usd(meter, 1e9) > 0);
            // From memory is an estimate.
            Assert.True(entry.Estimate || !entry.Source.Contains("from memory", StringComparison.Ordinal), $"{meter}");
        }
    }

    [Fact]
    public void A_missing_meter_is_named()
    {
        var problem = Assert.Throws<CapacityException>(() => Prices.Parse(Changed(meters => meters.Remove("natHour"))));

        Assert.Equal(File, problem.Key);
        Assert.Contains("\"natHour\" is missing", problem.Message);
    }

    [Fact]
    public void An_unknown_meter_is_named() => Assert.Contains("\"nat\" is unknown", Error(meters => meters["nat"] = meters["natHour"]!.DeepClone()));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    public void A_price_of_nothing_is_refused(string price) => Assert.Contains("\"natHour\"", Error(meters => meters["natHour"]!["price"] = JsonNode.Parse(price)));

    [Fact]
    public void Tiers_that_do_not_rise_are_refused() => Assert.Contains("\"edgeEgressGB\"", Error(meters => meters["edgeEgressGB"]!["tiers"]![1]!["from"] = 0));

    [Fact]
    public void A_price_beside_tiers_is_refused() => Assert.Contains("\"edgeEgressGB\"", Error(meters => meters["edgeEgressGB"]!["price"] = 1));

    [Theory]
    [InlineData("not JSON")]
    [InlineData("{}")]
    [InlineData("null")]
    public void A_file_of_another_form_is_refused_by_its_name(string json) => Assert.Equal(File, Assert.Throws<CapacityException>(() => Prices.Parse(json)).Key);

    [Fact]
    public void Volume_is_billed_step_by_step_and_what_is_free_is_not()
    {
        // 10 TB at 0.083, 40 TB at 0.065, 10 TB at 0.047
        Assert.Equal((10_000 * 0.083m) + (40_000 * 0.065m) + (10_000 * 0.047m), Given.Prices.Usd(Meter.EdgeEgressGB, 60_000));
        Assert.Equal(0, Given.Prices.Usd(Meter.LogsIngestedGB, 5));
        Assert.Equal(2.30m, Given.Prices.Usd(Meter.LogsIngestedGB, 6));
    }

    private static string Error(Action<JsonObject> change) => Assert.Throws<CapacityException>(() => Prices.Parse(Changed(change))).Message;

    private static string Changed(Action<JsonObject> change)
    {
        var file = JsonNode.Parse(Given.Text(File))!;
        change(file["meters"]!.AsObject());
        return file.ToJsonString();
    }
}
