using System.Collections.Immutable;
using System.Reflection;

namespace Pulumi.Serialization;

/// <summary>The other end of an [Output] property.</summary>
internal interface IOutputSource
{
    Type Type { get; }

    void Resolve(OutputData<object?> data);

    /// <summary>What happens to a property of which the provider said nothing. Of no effect when it is resolved.</summary>
    void ResolveDefault(bool isKnown);

    void Fail(Exception exception);
}

internal sealed class OutputSource<T>(Resource resource) : IOutputSource
{
    private readonly TaskCompletionSource<OutputData<T>> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Type Type => typeof(T);

    public Task<OutputData<T>> Task => _source.Task;

    public void Resolve(OutputData<object?> data) => _source.SetResult(
        new(data.Resources.Add(resource), data.Value is null ? default! : (T)data.Value, data.IsKnown, data.IsSecret));

    public void ResolveDefault(bool isKnown) => _source.TrySetResult(new([resource], default!, isKnown, IsSecret: false));

    public void Fail(Exception exception) => _source.TrySetException(exception);
}

internal static class OutputSources
{
    /// <summary>Gives every [Output] property an output that waits. A component sets its own; it only gets the URN.</summary>
    public static IReadOnlyDictionary<string, IOutputSource> Fill(Resource resource)
    {
        var sources = new Dictionary<string, IOutputSource>(StringComparer.Ordinal);
        foreach (var property in resource.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<OutputAttribute>() is not { } output
                || (resource is ComponentResource && property.DeclaringType != typeof(Resource)))
            {
                continue;
            }

            var name = output.Name ?? property.Name;
            if (!property.PropertyType.IsConstructedGenericType || property.PropertyType.GetGenericTypeDefinition() != typeof(Output<>))
            {
                throw RunException.OutputsHaveIncorrectType([name]);
            }

            // The setter may be private, which only the type that declares it shows.
            var setter = property.DeclaringType!.GetProperty(property.Name)?.GetSetMethod(nonPublic: true)
                ?? throw new InvalidOperationException($"[Output] {resource.GetType().FullName}.{property.Name} did not have a 'set' method");
            var fill = typeof(OutputSources).GetMethod(nameof(Connect), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(property.PropertyType.GenericTypeArguments[0]);
            sources.Add(name, (IOutputSource)fill.Invoke(null, [resource, setter])!);
        }

        return sources;
    }

    private static OutputSource<T> Connect<T>(Resource resource, MethodInfo setter)
    {
        var source = new OutputSource<T>(resource);
        setter.Invoke(resource, [new Output<T>(source.Task)]);
        return source;
    }
}
