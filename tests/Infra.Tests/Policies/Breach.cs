namespace Microblog.Infra.Tests.Policies;

/// <summary>Names everything that breaks a policy; the framework's own message would cut the list short.</summary>
internal static class Breach
{
    /// <summary>Fails with one line for each.</summary>
    public static void None(IEnumerable<string> breaches)
    {
        var lines = breaches.ToList();
        Assert.True(lines.Count == 0, string.Join('\n', lines));
    }
}
