using Microblog.Infra.Settings;

namespace Microblog.Infra.Tests.Settings;

public sealed class CronTests
{
    [Fact]
    public void Five_fields_are_minutes_hours_days_months_and_weekdays()
    {
        var cron = Cron.TryParse("0 4 * * 6")!;

        Assert.Equal([0], cron.Minutes);
        Assert.Equal([4], cron.Hours);
        Assert.Equal(Enumerable.Range(1, 31), cron.Days);
        Assert.Equal(Enumerable.Range(1, 12), cron.Months);
        Assert.Equal([6], cron.Weekdays);
        Assert.False(cron.IsEither);
    }

    [Fact]
    public void Lists_ranges_and_steps_are_understood()
    {
        var cron = Cron.TryParse("*/20 1,13 1-3 1-12/3 0,7")!;

        Assert.Equal([0, 20, 40], cron.Minutes);
        Assert.Equal([1, 13], cron.Hours);
        Assert.Equal([1, 2, 3], cron.Days);
        Assert.Equal([1, 4, 7, 10], cron.Months);
        Assert.Equal([0], cron.Weekdays);
        Assert.True(cron.IsEither);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0 4 * *")]
    [InlineData("0 4 * * 6 *")]
    [InlineData("60 4 * * 6")]
    [InlineData("0 24 * * 6")]
    [InlineData("0 4 0 * 6")]
    [InlineData("0 4 * 13 6")]
    [InlineData("0 4 * * 8")]
    [InlineData("0 4 * * sat")]
    [InlineData("0 5-4 * * 6")]
    [InlineData("*/0 4 * * 6")]
    [InlineData("*/ 4 * * 6")]
    [InlineData("0, 4 * * 6")]
    [InlineData("-1 4 * * 6")]
    public void Whatever_is_no_schedule_is_refused(string text) => Assert.Null(Cron.TryParse(text));
}
