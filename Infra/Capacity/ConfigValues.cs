using System.Globalization;
using System.Reflection;

namespace Microblog.Infra.Capacity;

/// <summary>Sets the properties of a record from configuration values of the same names.</summary>
internal static class ConfigValues
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Keys<T>() => [.. Properties(typeof(T)).Select(property => KeyName.Of(property.Name))];

    /// <summary>Sets what the configuration states; the rest keeps its default. Meant for a record that nobody else has seen yet.</summary>
    /// <param name="target">The record.</param>
    /// <param name="value">Value of a key, null when it is not set.</param>
    /// <param name="required">Properties without a default.</param>
    public static void Apply(object target, Func<string, string?> value, IReadOnlyCollection<string> required)
    {
        foreach (var property in Properties(target.GetType()))
        {
            if (value(KeyName.Of(property.Name)) is { } text)
            {
                property.SetValue(target, Parse(property.Name, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, text));
            }
            else if (required.Contains(property.Name))
            {
                throw new CapacityException(KeyName.InStack(property.Name), "the stack does not set it; sizes follow from it.");
            }
        }
    }

    private static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    private static object Parse(string property, Type type, string text) => type switch
    {
        _ when type == typeof(string) && text.Length > 0 => text,
        _ when type == typeof(bool) && bool.TryParse(text, out var flag) => flag,
        _ when type == typeof(long) && long.TryParse(text, Style, CultureInfo.InvariantCulture, out var whole) => whole,
        _ when type == typeof(int) && int.TryParse(text, Style, CultureInfo.InvariantCulture, out var number) => number,
        _ when type == typeof(double) && double.TryParse(text, Style, CultureInfo.InvariantCulture, out var real) => real,
        _ => throw new CapacityException(KeyName.InStack(property), $"\"{text}\" is not {Expected(type)}."),
    };

    private static string Expected(Type type) =>
        type == typeof(bool) ? "true or false" : type == typeof(double) ? "a number, as 0.5" : type == typeof(string) ? "a name" : "a whole number, as 100000";
}
