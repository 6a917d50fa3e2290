namespace Microblog.Clients.Tests;

/// <summary>
/// Client libraries in the hands of their language's own test runner, so that a failure reads as their users would see it.
/// What is tested stands in the scripts.
/// </summary>
/// <param name="system">The system.</param>
/// <param name="packages">Node's packages.</param>
public sealed class LibraryTests(TestModeSystem system, NodePackages packages)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData("masto.test.mjs")]
    [InlineData("megalodon.test.mjs")]
    public async Task Libraries_of_npm_work_as_with_Mastodon(string script)
    {
        var run = await packages.RunAsync(await system.AddressAsync(), Longest, "--test", "--test-reporter=spec", script);
        run.Ok();
        Assert.DoesNotMatch("(?m)^ℹ pass 0$", run.Output);
    }

    [Fact]
    public async Task Mastodon_py_works_as_with_Mastodon()
    {
        // Debian's, by its full path: another Python that is first on the path lacks Debian's packages.
        var python = Tool.Find("python3-mastodon", "/usr/bin/python3");
        var environment = new Dictionary<string, string> { ["MICROBLOG_URL"] = (await system.AddressAsync()).ToString().TrimEnd('/'), ["PYTHONDONTWRITEBYTECODE"] = "1" };
        var run = await Tool.RunAsync(python, ["-W", "ignore", Path.Combine("python", "mastodon_py.py"), "-v"], environment, Longest);
        run.Ok();
        Assert.Matches(@"Ran [1-9]\d* tests", run.Errors);
    }
}
