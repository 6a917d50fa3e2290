using System.Globalization;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

public sealed class LoadTests
{
    private static readonly Dictionary<string, string> Stated = new() { ["accounts"] = "1000000", ["dailyActiveUsers"] = "100000", ["peakToMean"] = "2.5", ["retentionDays"] = "90" };

    [Fact]
    public void Keys_are_read_and_the_others_keep_their_defaults()
    {
        var load = Read();

        Assert.Equal((1_000_000, 100_000, 2.5, 90, 50.0), (load.Accounts, load.DailyActiveUsers, load.PeakToMean, load.RetentionDays, load.HomeReadsPerUserAndDay));
    }

    [Fact]
    public void Every_property_has_a_key_that_changes_it()
    {
        var normal = Read();
        foreach (var key in LoadReader.Keys)
        {
            var property = typeof(Load).GetProperty(char.ToUpperInvariant(key[0]) + key[1..])!;
            var value = Convert.ToDouble(property.GetValue(normal), CultureInfo.InvariantCulture);
            var other = property.PropertyType == typeof(double) ? value * 1.01 : value + 1;

            Assert.NotEqual(normal, Read((key, other.ToString(CultureInfo.InvariantCulture))));
        }
    }

    [Theory]
    [InlineData("accounts", "0")]
    [InlineData("accounts", "many")]
    [InlineData("dailyActiveUsers", "0")]
    [InlineData("dailyActiveUsers", "-5")]
    [InlineData("dailyActiveUsers", "1000001")] // more than accounts
    [InlineData("dailyActiveUsers", "100000.5")]
    [InlineData("weeklyActiveShare", "0.05")] // fewer in a week than on a day
    [InlineData("weeklyActiveShare", "1.2")]
    [InlineData("postsPerUserAndDay", "-1")]
    [InlineData("homeReadsPerUserAndDay", "NaN")]
    [InlineData("homeReadsPerUserAndDay", "1,5")]
    [InlineData("otherRequestsPerUserAndDay", "20000")]
    [InlineData("smallWritesPerUserAndDay", "101")] // more than requests
    [InlineData("averageFollowers", "0")]
    [InlineData("followersP99", "150")] // below the average
    [InlineData("followersP99", "3000")] // no distribution has that tail
    [InlineData("mediaPerPost", "1.5")]
    [InlineData("mediaBytes", "0")]
    [InlineData("mediaViewsPerHomeRead", "-1")]
    [InlineData("mediaViewBytes", "")]
    [InlineData("retentionDays", "0")]
    [InlineData("peakToMean", "0.5")]
    [InlineData("streamingShare", "2")]
    [InlineData("growth", "0.9")]
    public void An_impossible_figure_is_refused_by_the_name_of_its_key(string key, string value)
    {
        var problem = Assert.Throws<CapacityException>(() => Read((key, value)));

        Assert.Equal($"microblog:{key}", problem.Key);
        Assert.StartsWith($"microblog:{key}: ", problem.Message);
    }

    [Theory]
    [InlineData("accounts")]
    [InlineData("dailyActiveUsers")]
    public void What_has_no_default_must_be_stated(string key) =>
        Assert.Equal($"microblog:{key}", Assert.Throws<CapacityException>(() => LoadReader.Read(name => name == key ? null : Stated.GetValueOrDefault(name))).Key);

    [Theory]
    [InlineData("readReplicas", 6)]
    [InlineData("backupRetentionDays", 36)]
    [InlineData("longTermBackupWeeks", -1)]
    [InlineData("logRetentionDays", 7)]
    [InlineData("traceSampling", 2)]
    public void An_impossible_switch_is_refused_by_the_name_of_its_key(string key, int value)
    {
        var topology = Given.Topology with { };
        var property = typeof(Topology).GetProperty(char.ToUpperInvariant(key[0]) + key[1..])!;
        property.SetValue(topology, Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));

        Assert.Equal($"microblog:{key}", Assert.Throws<CapacityException>(() => Given.Plan(Given.Load, topology)).Key);
    }

    private static Load Read(params (string Key, string Value)[] changes)
    {
        var values = new Dictionary<string, string>(Stated);
        foreach (var (key, value) in changes)
        {
            values[key] = value;
        }
        return LoadReader.Read(values.GetValueOrDefault);
    }
}
