using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.OpenApi;

/// <summary>Keeps <c>docs/api.md</c> in step with the routes. To mend it, paste the rows that a failure prints where they belong.</summary>
public sealed partial class ApiDocsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly string Docs = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/api.md"));

    [Fact]
    public void Every_route_stands_there_with_its_scope_and_no_other()
    {
        var served = Routes.Of(fixture.Api).Select(route => (route.Name, Scope: ScopeOf(route))).ToHashSet();
        var documented = Row().Matches(Docs).Select(row => (Name: row.Groups[1].Value, Scope: row.Groups[3].Value)).ToList();

        Assert.True(served.SetEquals(documented), string.Join('\n',
        [
            "Missing in docs/api.md:", .. served.Except(documented).OrderBy(route => route.Name.Split(' ')[1], StringComparer.Ordinal).Select(route => $"| `{route.Name}` | as there | {route.Scope} |"),
            "Only in docs/api.md:", .. documented.Except(served).Select(route => $"| `{route.Name}` | … | {route.Scope} |"),
        ]));
        Assert.Empty(documented.GroupBy(route => route.Name).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    [Fact]
    public void What_is_said_to_be_left_out_is_not_there()
    {
        var served = Routes.Of(fixture.Api).Select(route => Anonymous(route.Name)).ToHashSet();
        var left = LeftOut().Matches(Docs).SelectMany(row => Route().Matches(row.Groups[1].Value)).Select(route => route.Groups[1].Value).ToList();

        Assert.NotEmpty(left);
        Assert.DoesNotContain(left, route => served.Contains(Anonymous(route)));
    }

    private static string ScopeOf(Route route) => route.Token switch
    {
        // Our word for what two scopes grant.
        TokenOf.Account when route.Scope is "read:me" => "`profile` or `read:accounts`",
        TokenOf.Account => $"`{route.Scope}`",
        TokenOf.Anybody => $"optional `{route.Scope}`",
        TokenOf.Application => $"application's `{route.Scope}`",
        _ => "–",
    };

    /// <summary>What a part of a path is called makes no difference.</summary>
    private static string Anonymous(string route) => InPath().Replace(route, "{}");

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"^\| `([A-Z]+ /[^`]*)` \| ([^|]*) \| ([^|]*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| left out \| ([^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex LeftOut();

    [GeneratedRegex("`([A-Z]+ /[^`]*)`")]
    private static partial Regex Route();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex InPath();
}
