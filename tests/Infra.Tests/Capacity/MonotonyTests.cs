using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

/// <summary>More load never needs less. Over a grid from a village to where one installation ends.</summary>
public sealed class MonotonyTests
{
    private static readonly long[] Users = [.. Enumerable.Range(0, 90).Select(step => (long)(1_000 * Math.Pow(29_000, step / 89.0)))];

    private static readonly IReadOnlyList<(string Name, Func<Load, double, Load> Change)> Habits =
    [
        ("posts", (load, factor) => load with { PostsPerUserAndDay = load.PostsPerUserAndDay * factor }),
        ("home reads", (load, factor) => load with { HomeReadsPerUserAndDay = load.HomeReadsPerUserAndDay * factor }),
        ("other requests", (load, factor) => load with { OtherRequestsPerUserAndDay = load.OtherRequestsPerUserAndDay * factor }),
        ("small writes", (load, factor) => load with { SmallWritesPerUserAndDay = load.SmallWritesPerUserAndDay * factor }),
        ("followers", (load, factor) => load with { AverageFollowers = load.AverageFollowers * factor, FollowersP99 = load.FollowersP99 * factor }),
        ("media", (load, factor) => load with { MediaPerPost = Math.Min(1, load.MediaPerPost * factor), MediaBytes = load.MediaBytes * factor }),
        ("media views", (load, factor) => load with { MediaViewsPerHomeRead = load.MediaViewsPerHomeRead * factor }),
        ("retention", (load, factor) => load with { RetentionDays = (int)(load.RetentionDays * factor) }),
        ("peak", (load, factor) => load with { PeakToMean = load.PeakToMean * factor }),
        ("streams", (load, factor) => load with { StreamingShare = load.StreamingShare * factor }),
        ("growth", (load, factor) => load with { Growth = load.Growth * factor }),
    ];

    /// <summary>Names of stacks.</summary>
    public static TheoryData<string> Stacks => [.. StackLoads.All.Select(stack => stack.Name)];

    /// <summary>Names of habits.</summary>
    public static TheoryData<string> HabitNames => [.. Habits.Select(habit => habit.Name)];

    [Theory]
    [MemberData(nameof(Stacks))]
    public void More_people_never_need_less(string stack)
    {
        var (_, habits, topology) = StackLoads.All.Single(candidate => candidate.Name == stack);

        var last = BreakPoints.Of(habits, topology, Given.Throughput, Given.Prices, 1_000, Users[^1]).SingleOrDefault(point => point.Part == "Installation")?.DailyActiveUsers ?? long.MaxValue;
        NeverFalls([.. Users.TakeWhile(users => users < last).Select(users => Given.Plan(BreakPoints.Scale(habits, users), topology))]);
        Assert.All(Users.SkipWhile(users => users < last), users => Assert.Throws<CapacityException>(() => Given.Plan(BreakPoints.Scale(habits, users), topology)));
    }

    [Theory]
    [MemberData(nameof(HabitNames))]
    public void More_of_a_habit_never_needs_less(string name)
    {
        var habit = Habits.Single(habit => habit.Name == name).Change;
        foreach (var users in new[] { 2_000L, 150_000, 1_500_000 })
        {
            NeverFalls([.. Enumerable.Range(0, 12).Select(step => Given.Plan(habit(Given.Users(users), 1 + (step / 4.0))))]);
        }
    }

    private static void NeverFalls(IReadOnlyList<CapacityPlan> plans)
    {
        foreach (var (less, more) in plans.Zip(plans.Skip(1)))
        {
            foreach (var (was, becomes) in Figures(less).Zip(Figures(more)))
            {
                Assert.True(becomes.Value >= was.Value * (1 - 1e-9), $"{was.Name} falls from {was.Value} to {becomes.Value}: {less} → {more}");
            }
            // A disk of the next kind is cheaper per GiB than the largest of the kind before.
            if (less.Database.StorageType == more.Database.StorageType && less.Database.IsElastic == more.Database.IsElastic)
            {
                Assert.True(Cost(more, ["Database", "Backup"]) >= Cost(less, ["Database", "Backup"]), $"{less} → {more}");
                Assert.True(more.TotalUsdPerMonth >= less.TotalUsdPerMonth - 0.01m, $"{less} → {more}");
            }
        }
    }

    private static IEnumerable<(string Name, double Value)> Figures(CapacityPlan plan) =>
    [
        ("API cores at least", plan.Api.MinReplicas * plan.Api.Cpu),
        ("API cores at most", plan.Api.MaxReplicas * plan.Api.Cpu),
        ("worker cores at least", plan.Worker.MinReplicas * plan.Worker.Cpu),
        ("worker cores at most", plan.Worker.MaxReplicas * plan.Worker.Cpu),
        ("database cores", plan.Database.VCores * Math.Max(1, plan.Database.ElasticNodes)),
        ("database storage", plan.Database.StorageType == "PremiumV2_LRS" || plan.Database.IsElastic ? double.MaxValue : plan.Database.StorageGB),
        ("cache", plan.Cache.MemoryGB),
        ("broker cores", SkuCatalog.Vms.Single(vm => vm.Name == plan.Broker.VmSize).VCores),
        ("broker disk", plan.Broker.DiskGB),
        ("edge requests", plan.Edge.PeakRequestsPerSecond),
        ("egress", plan.Edge.EgressGBPerMonth),
        ("media", plan.Media.StoredGB),
        ("telemetry", plan.Observability.WorkspaceGBPerMonth + plan.Observability.ArchiveGBPerMonth),
        .. plan.MonthlyCost.Where(cost => cost.Component is not ("Database" or "Backup")).Select(cost => ($"cost of {cost.Component}", (double)cost.UsdPerMonth)),
    ];

    /// <summary>Backups up to the size of the disk are in its price, so the two are one sum.</summary>
    private static decimal Cost(CapacityPlan plan, string[] components) => plan.MonthlyCost.Where(cost => components.Contains(cost.Component)).Sum(cost => cost.UsdPerMonth);
}
