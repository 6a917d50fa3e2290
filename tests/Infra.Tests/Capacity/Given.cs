using System.Runtime.CompilerServices;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

/// <summary>What the capacity tests have in common: the real files, and plans of the stacks.</summary>
internal static class Given
{
    /// <summary>The repository, found from this file.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../.."));

    public static Throughput Throughput { get; } = Throughput.Load();

    public static Prices Prices { get; } = Prices.Load();

    public static Load Load => StackLoads.TenMillion;

    public static Topology Topology => StackLoads.TenMillionTopology;

    public static CapacityPlan Plan(Load load, Topology? topology = null) => CapacityPlan.For(load, topology ?? Topology, Throughput, Prices);

    /// <summary>The habits of <see cref="Load"/> with that many people a day.</summary>
    public static Load Users(long dailyActiveUsers) => BreakPoints.Scale(Load, dailyActiveUsers);

    public static string Text(string path) => File.ReadAllText(Path.Combine(Repository, path));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
