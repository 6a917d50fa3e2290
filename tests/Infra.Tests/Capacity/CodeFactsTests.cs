using System.Globalization;
using System.Text.RegularExpressions;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

/// <summary>Infra does not refer to the services, so what it knows of their code is compared with their sources.</summary>
public sealed class CodeFactsTests
{
    [Theory]
    [InlineData("Contracts/FanOutLimits.cs", @"int MergeAtFollowers = ([\d_]+);", CodeFacts.MergeAtFollowers)]
    [InlineData("Contracts/FanOutLimits.cs", @"int MaxMergedAuthors = ([\d_]+);", CodeFacts.MaxMergedAuthors)]
    [InlineData("Contracts/FanOutLimits.cs", @"int SliceSize = ([\d_]+);", CodeFacts.SliceSize)]
    [InlineData("Contracts/TimelineList.cs", @"class HomeTimeline\b[^}]*?int DefaultMaxItems = ([\d_]+);", CodeFacts.HomeItems)]
    [InlineData("Contracts/TimelineList.cs", @"class AuthorTimeline\b[^}]*?int DefaultMaxItems = ([\d_]+);", CodeFacts.AuthorItems)]
    [InlineData("Contracts/TimelineList.cs", @"int TrimSlack = ([\d_]+);", CodeFacts.TrimSlack)]
    [InlineData("Contracts/TimelineList.cs", @" Lifetime = TimeSpan\.FromDays\(([\d_]+)\);", CodeFacts.TimelineDays)]
    [InlineData("ApiService/ApiApp.cs", @"int MaxConnections = ([\d_]+);", CodeFacts.ApiConnections)]
    [InlineData("FeedWorker/FeedApp.cs", @"int MaxConnections = ([\d_]+);", CodeFacts.WorkerConnections)]
    public void The_figures_are_those_of_the_code(string file, string pattern, int figure)
    {
        var match = Regex.Match(Given.Text(file), pattern, RegexOptions.Singleline);

        Assert.True(match.Success, $"{file} has nothing like {pattern}");
        Assert.Equal(int.Parse(match.Groups[1].Value.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture), figure);
    }
}
