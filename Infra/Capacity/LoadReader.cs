using System.Globalization;
using System.Reflection;

namespace Microblog.Infra.Capacity;

/// <summary>Reads a <see cref="Load"/> from a stack's configuration. The keys are the names of its properties, so none is written twice.</summary>
public static class LoadReader
{
    private static readonly IReadOnlyList<PropertyInfo> Properties = typeof(Load).GetProperties(BindingFlags.Public | BindingFlags.Instance);

    /// <summary>Names of all keys, without the project's prefix.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. Properties.Select(property => KeyName.Of(property.Name))];

    /// <summary>Reads and checks the load. Throws <see cref="CapacityException"/> naming the key.</summary>
    /// <param name="value">Value of a key (without the project's prefix), null when the stack does not set it: <c>key => config.Get(key)</c>.</param>
    public static Load Read(Func<string, string?> value)
    {
        var load = new Load { Accounts = Required(value, nameof(Load.Accounts)), DailyActiveUsers = Required(value, nameof(Load.DailyActiveUsers)) };
        foreach (var property in Properties)
        {
            if (value(KeyName.Of(property.Name)) is { } text)
            {
                property.SetValue(load, Parse(property.Name, property.PropertyType, text));
            }
        }
        load.Validate();
        return load;
    }

    private static long Required(Func<string, string?> value, string property) =>
        value(KeyName.Of(property)) is { } text
            ? (long)Parse(property, typeof(long), text)
            : throw new CapacityException(KeyName.InStack(property), "the stack does not set it; every size follows from it.");

    private static object Parse(string property, Type type, string text)
    {
        var style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (type == typeof(long) && long.TryParse(text, style, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }
        if (type == typeof(int) && int.TryParse(text, style, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }
        if (type == typeof(double) && double.TryParse(text, style, CultureInfo.InvariantCulture, out var real))
        {
            return real;
        }
        throw new CapacityException(KeyName.InStack(property), $"\"{text}\" is not {(type == typeof(double) ? "a number, as 0.5" : "a whole number, as 100000")}.");
    }
}
