namespace Microblog.Infra.Capacity;

/// <summary>Writes plans as Markdown tables: what <c>docs/capacity.md</c> shows and what the stack's outputs link to.</summary>
public static class CapacityReport
{
    /// <summary>Daily active users up to which break points are looked for.</summary>
    public const long BreakPointsUpTo = 50_000_000;

    /// <summary>Writes the tables of several stacks side by side, and the break points of the last one's habits.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<(string Name, Load Load, Topology Topology)> stacks, Throughput throughput, Prices prices)
    {
        var plans = stacks.Select(stack => (stack.Name, stack.Load, stack.Topology, Plan: CapacityPlan.For(stack.Load, stack.Topology, throughput, prices))).ToList();
        string[] names = [.. stacks.Select(stack => stack.Name)];

        MarkdownTable.Write(writer, "Load", ["", .. names], CapacityRows.Load([.. stacks.Select(stack => stack.Load)]));
        MarkdownTable.Write(writer, "Peak per second, growth included", ["", .. names], CapacityRows.Peak([.. stacks.Select(stack => stack.Load)]));
        MarkdownTable.Write(writer, "Sizes", ["", .. names], CapacityRows.Sizes([.. plans.Select(plan => plan.Plan)]));
        MarkdownTable.Write(writer, "Home timeline, upper bounds in milliseconds at the peak", ["", .. names], CapacityRows.Latency([.. plans.Select(plan => (plan.Load, plan.Plan))], throughput));
        MarkdownTable.Write(
            writer, $"Cost per month, {prices.Currency} ({prices.Region}, prices of {prices.Date:yyyy-MM-dd})", ["", .. names, $"what, for {names[^1]}"], CapacityRows.Costs([.. plans.Select(plan => plan.Plan)]));

        writer.WriteLine("### Warnings");
        writer.WriteLine();
        foreach (var (name, _, _, plan) in plans)
        {
            foreach (var warning in plan.Warnings)
            {
                writer.WriteLine($"- `{name}`: {warning}");
            }
        }
        writer.WriteLine();

        MarkdownTable.Write(writer, "Next limits, at which number of daily active users", ["", .. names], CapacityRows.NextLimits(stacks, throughput, prices));

        var (last, load, topology) = stacks[^1];
        var points = BreakPoints.Of(load, topology, throughput, prices, from: 1_000, BreakPointsUpTo);
        MarkdownTable.Write(
            writer, $"Break points with the habits of {last}", ["daily active users", "part", "from", "to", "what changes"],
            points.OrderBy(point => point.DailyActiveUsers).Select(point => new[] { FormattableString.Invariant($"{point.DailyActiveUsers:#,0}"), point.Part, point.From, point.To, point.Change }));
    }
}
