using Pulumi;

namespace Microblog.Infra.Components;

/// <summary>
/// Front Door changes one child of a profile at a time and answers the others with a conflict, so each waits for the one before. It also makes routes come
/// after their origin, without which Azure refuses them, and go before it.
/// </summary>
/// <param name="parent">The component that they belong to.</param>
internal sealed class EdgeChain(Resource parent)
{
    private Resource? _last;

    /// <summary>Makes the next child.</summary>
    public T Then<T>(Func<CustomResourceOptions, T> make) where T : Resource
    {
        var options = new CustomResourceOptions { Parent = parent, CustomTimeouts = Context.Slow };
        if (_last is not null)
        {
            options.DependsOn.Add(_last);
        }
        var made = make(options);
        _last = made;
        return made;
    }
}
