using System.Collections.Concurrent;
using System.Reflection;

namespace Pulumi;

/// <summary>A set of named inputs: the members marked with <see cref="InputAttribute"/>.</summary>
public abstract class InputArgs
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly ConcurrentDictionary<Type, Member[]> KnownMembers = [];

    protected InputArgs()
    {
    }

    /// <summary>The inputs by the names that the provider knows.</summary>
    /// <exception cref="ArgumentNullException">A required one is not set.</exception>
    internal IReadOnlyDictionary<string, object?> ToDictionary()
    {
        var inputs = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (input, name, read) in KnownMembers.GetOrAdd(GetType(), MembersOf))
        {
            var value = read(this);
            var fullName = $"[Input] {GetType().FullName}.{name}";
            if (value is null && input.IsRequired)
            {
                throw new ArgumentNullException(name, $"{fullName} is required but was not given a value");
            }

            inputs.Add(input.Name, input.Json && value is not null ? Serialization.Serializer.ToJson(fullName, value) : value);
        }

        return inputs;
    }

    private static Member[] MembersOf(Type type)
    {
        var fields = from field in type.GetFields(Members)
                     let input = field.GetCustomAttribute<InputAttribute>()
                     where input is not null
                     select new Member(input, field.Name, field.GetValue);
        var properties = from property in type.GetProperties(Members)
                         let input = property.GetCustomAttribute<InputAttribute>()
                         where input is not null
                         select new Member(input, property.Name, property.GetValue);
        return [.. fields, .. properties];
    }

    private sealed record Member(InputAttribute Input, string Name, Func<object, object?> Read);
}
