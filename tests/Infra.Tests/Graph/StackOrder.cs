using Pulumi;

namespace Microblog.Infra.Tests.Graph;

/// <summary>In which order the engine makes what a stack registered.</summary>
public static class StackOrder
{
    /// <summary>Names of all that has to be there before a resource because it or something before it says so.</summary>
    public static async Task<HashSet<string>> BeforeAsync(this StackRun run, Provisioned resource)
    {
        var before = new HashSet<string>();
        var open = new Queue<Provisioned>([resource]);
        while (open.TryDequeue(out var one))
        {
            foreach (var name in ((IEnumerable<Resource>)(await Secrecy.ValueAsync(one.Options!.DependsOn))!).Select(needed => needed.GetResourceName()).Where(before.Add))
            {
                open.Enqueue(run.Resources.First(other => other.Name == name));
            }
        }
        return before;
    }

    /// <summary>Names of what a resource's own inputs are made from.</summary>
    public static async Task<HashSet<string>> NeededAsync(this Provisioned resource) =>
        [.. (await Secrecy.DependenciesAsync(resource.Args)).Select(one => one.GetResourceName())];
}
