namespace Microblog.Infra.Capacity;

/// <summary>How properties are called in configuration and files.</summary>
internal static class KeyName
{
    /// <summary><c>DailyActiveUsers</c> is <c>dailyActiveUsers</c>.</summary>
    public static string Of(string property) => char.ToLowerInvariant(property[0]) + property[1..];

    /// <summary>The stack's configuration key, as errors name it: <c>microblog:dailyActiveUsers</c>.</summary>
    public static string InStack(string property) => $"microblog:{Of(property)}";
}
