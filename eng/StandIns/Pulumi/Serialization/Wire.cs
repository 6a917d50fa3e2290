using System.Collections;
using System.Collections.Immutable;

namespace Pulumi.Serialization;

/// <summary>
/// The plain form of values on their way between the program and the mocks: null, booleans, doubles, strings, assets, resources,
/// immutable arrays and dictionaries of these, and the two marks below.
/// </summary>
internal static class Wire
{
    public static readonly object Unknown = new();

    public sealed record Secret(object? Value);

    /// <summary>The value without marks; one inside of it marks the whole.</summary>
    public static OutputData<object?> Unwrap(object? value)
    {
        var (isKnown, isSecret) = (true, false);
        var plain = Strip(value);
        return new([], isKnown ? plain : null, isKnown, isSecret);

        object? Strip(object? marked)
        {
            switch (marked)
            {
                case Secret secret:
                    isSecret = true;
                    return Strip(secret.Value);
                case ImmutableArray<object?> list:
                    return list.Select(Strip).ToImmutableArray();
                case ImmutableDictionary<string, object?> map:
                    // Names with two underlines are the provider's own.
                    return map.Where(entry => !entry.Key.StartsWith("__", StringComparison.Ordinal))
                        .ToImmutableDictionary(entry => entry.Key, entry => Strip(entry.Value));
                default:
                    isKnown &= marked != Unknown;
                    return marked;
            }
        }
    }

    public static bool HasUnknown(object? value) => !Unwrap(value).IsKnown;

    /// <summary>What mocks see: secrets as their values, nothing of what is unknown or null.</summary>
    public static ImmutableDictionary<string, object> KnownValues(ImmutableDictionary<string, object?> values) => values
        .Select(entry => (entry.Key, Data: Unwrap(entry.Value)))
        .Where(entry => entry.Data is { IsKnown: true, Value: not null })
        .ToImmutableDictionary(entry => entry.Key, entry => entry.Data.Value!);

    /// <summary>JSON in the looks of the real SDK, which are those of protobuf.</summary>
    public static string ToJson(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        IDictionary map => Joined("{", map.Keys.Cast<string>().Order(StringComparer.Ordinal).Select(key => $"{ToJson(key)}: {ToJson(map[key])}"), "}"),
        IList list => Joined("[", list.Cast<object?>().Select(ToJson), "]"),
        _ => System.Text.Json.JsonSerializer.Serialize(value),
    };

    private static string Joined(string open, IEnumerable<string> parts, string close) =>
        string.Join(", ", parts) is { Length: > 0 } inner ? $"{open} {inner} {close}" : $"{open} {close}";
}
