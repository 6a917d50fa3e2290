using Microblog.Seed.Latency;

namespace Microblog.Seed.Tests;

public sealed class SeedOptionsTests
{
    [Fact]
    public void Options_take_their_value_after_a_space_or_an_equals_sign()
    {
        var options = SeedOptions.Parse(["--accounts", "12", "--seed=-3", "--url=http://localhost:1?a=b"]);

        Assert.Equal((12, -3, "http://localhost:1?a=b"), (options.Accounts, options.Seed, options.Url));
        Assert.Equal((30, 10_000), (options.Follows, options.Statuses));
    }

    [Theory]
    [InlineData("--accounts", "--accounts needs a value")]
    [InlineData("--accounts=1", "whole number from 2")]
    [InlineData("--statuses=many", "whole number from 0")]
    [InlineData("--colour=red", "unknown option --colour")]
    public void A_wrong_option_is_named(string argument, string message) =>
        Assert.Contains(message, Assert.Throws<SeedException>(() => SeedOptions.Parse([argument])).Message, StringComparison.Ordinal);

    [Fact]
    public void The_address_comes_from_the_running_system_above_the_directory()
    {
        var root = Directory.CreateTempSubdirectory("seed-test-");
        try
        {
            var deep = root.CreateSubdirectory("a/b");
            root.CreateSubdirectory(".microblog");
            var file = Path.Combine(root.FullName, ".microblog", "running.json");
            File.WriteAllText(file, """{"apiUrl":"http://localhost:5123","pid":1}""");

            Assert.Equal(new Uri("http://localhost:5123"), ServerAddress.FindRunning(deep.FullName)?.Url);

            File.WriteAllText(file, "{}");
            Assert.Throws<SeedException>(() => ServerAddress.FindRunning(deep.FullName));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void Percentiles_are_values_that_were_measured()
    {
        var figures = LatencyFigures.From(Enumerable.Range(1, 200).Select(value => (double)value));

        Assert.Equal(new LatencyFigures(100, 180, 198, 200, 100.5), figures);
        Assert.Equal(new LatencyFigures(0, 0, 0, 0, 0), LatencyFigures.From([]));
    }
}
