using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;

namespace Pulumi.Serialization;

/// <summary>Makes plain values (see <see cref="Wire"/>) of inputs and notes the resources that they come from.</summary>
internal sealed class Serializer
{
    public HashSet<Resource> Dependencies { get; } = [];

    /// <summary>What a mock returned.</summary>
    public static async Task<ImmutableDictionary<string, object?>> StateAsync(object state) =>
        await new Serializer().SerializeAsync("", state).ConfigureAwait(false) as ImmutableDictionary<string, object?>
        ?? throw new InvalidOperationException($"{state?.GetType().FullName ?? "null"} is not a supported argument type");

    public static Output<string> ToJson(string context, object value) => Output.Untyped(value).Apply(async resolved =>
        Wire.ToJson(Wire.Unwrap(await new Serializer().SerializeAsync(context, resolved).ConfigureAwait(false)).Value));

    public async Task<object?> SerializeAsync(string context, object? value)
    {
        switch (value)
        {
            case null or bool or double or string or AssetOrArchive:
                return value;
            case int number:
                return (double)number;
            case InputArgs args:
                return await SerializeMapAsync(context, args.ToDictionary().Select(input => (input.Key, input.Value))).ConfigureAwait(false);
            case Task:
                throw new InvalidOperationException($"Tasks are not allowed inside ResourceArgs. Please wrap your Task in an Output:\n\t{context}");
            case IInput input:
                return await SerializeOutputAsync(context, input.ToOutput()).ConfigureAwait(false);
            case IOutput output:
                return await SerializeOutputAsync(context, output).ConfigureAwait(false);
            case IUnion union:
                return await SerializeAsync(context, union.Value).ConfigureAwait(false);
            case JsonElement json:
                return FromJson(json);
            case Resource resource:
                Dependencies.Add(resource);
                await resource.Urn.Data.ConfigureAwait(false);
                return resource;
            case IDictionary map:
                return await SerializeMapAsync(context, map.Keys.Cast<object>().Select(key => (key as string
                    ?? throw new InvalidOperationException($"Dictionaries are only supported with string keys:\n\t{context}"), map[key]))).ConfigureAwait(false);
            case IList list:
                return await SerializeListAsync(context, list).ConfigureAwait(false);
            case Enum member when member.GetTypeCode() == TypeCode.Int32:
                return (double)(int)value;
            case ValueTuple:
                return null;
            default:
                return await SerializeTypedAsync(context, value).ConfigureAwait(false);
        }
    }

    private async Task<object?> SerializeOutputAsync(string context, IOutput output)
    {
        var data = await output.GetDataAsync().ConfigureAwait(false);
        Dependencies.UnionWith(data.Resources);
        if (!data.IsKnown)
        {
            return Wire.Unknown;
        }

        var value = await SerializeAsync(context, data.Value).ConfigureAwait(false);
        return data.IsSecret ? new Wire.Secret(value) : value;
    }

    private async Task<object?> SerializeMapAsync(string context, IEnumerable<(string Key, object? Value)> entries)
    {
        var map = ImmutableDictionary.CreateBuilder<string, object?>();
        foreach (var (key, value) in entries)
        {
            if (await SerializeAsync($"{context}.{key}", value).ConfigureAwait(false) is { } serialized)
            {
                map[key] = serialized;
            }
        }

        return map.ToImmutable();
    }

    private async Task<object?> SerializeListAsync(string context, IList list)
    {
        // A default ImmutableArray has no length to ask for.
        if (list.GetType() is { IsValueType: true } type && list.Equals(Activator.CreateInstance(type)))
        {
            return ImmutableArray<object?>.Empty;
        }

        var items = ImmutableArray.CreateBuilder<object?>(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            items.Add(await SerializeAsync($"{context}[{i}]", list[i]).ConfigureAwait(false));
        }

        return items.MoveToImmutable();
    }

    /// <summary>The types that generated code marks: enums, which convert to what they stand for, and results.</summary>
    private async Task<object?> SerializeTypedAsync(string context, object value)
    {
        var type = value.GetType();
        if (type.IsValueType && type.GetCustomAttribute<EnumTypeAttribute>() is not null)
        {
            var conversion = type.GetMethod("op_Explicit", BindingFlags.Public | BindingFlags.Static, [type]);
            return conversion?.ReturnType == typeof(string) || conversion?.ReturnType == typeof(double)
                ? conversion.Invoke(null, [value])
                : throw new InvalidOperationException(
                    $"Expected {type.FullName} to have an explicit conversion operator to String or Double.\n\t{context}");
        }

        if (type.GetCustomAttribute<OutputTypeAttribute>() is not null)
        {
            var fields = type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Where(field => field.IsInitOnly);
            return await SerializeMapAsync(context, fields.Select(field =>
                (char.ToLowerInvariant(field.Name[0]) + field.Name[1..], field.GetValue(value)))).ConfigureAwait(false);
        }

        throw new InvalidOperationException($"{type.FullName} is not a supported argument type.\n\t{context}");
    }

    private static object? FromJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => json.EnumerateArray().Select(FromJson).ToImmutableArray(),
        JsonValueKind.Object => json.EnumerateObject().ToImmutableDictionary(member => member.Name, member => FromJson(member.Value)),
        _ => null,
    };
}
