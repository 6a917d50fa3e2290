using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;

namespace Pulumi.Serialization;

/// <summary>
/// Makes values of the program's types out of plain ones. What does not fit is left at the default of its type, as the real
/// SDK does with no more than a warning, which nobody sees in a test.
/// </summary>
internal static class Converter
{
    /// <exception cref="InvalidOperationException">No output can be of that generic type.</exception>
    public static object? Convert(object? value, Type target)
    {
        TryConvert(value, target, out var converted);
        return converted;
    }

    private static bool TryConvert(object? value, Type target, out object? converted)
    {
        converted = target.IsValueType ? Activator.CreateInstance(target) : null;
        if (value is null)
        {
            return true;
        }

        var found = Nullable.GetUnderlyingType(target) is { } underlying
            ? TryConvert(value, underlying, out var inner) ? inner : null
            : Fitting(value, target);
        converted = found ?? converted;
        return found is not null;
    }

    private static object? Fitting(object value, Type target)
    {
        if (target == typeof(int))
        {
            return value is double number ? (int)number : null;
        }

        if (target == typeof(JsonElement))
        {
            return JsonSerializer.SerializeToElement(value);
        }

        if (target.IsInstanceOfType(value))
        {
            return value;
        }

        if (target.IsEnum)
        {
            return value is double member ? Enum.ToObject(target, (int)member) : null;
        }

        if (target.IsValueType && target.GetCustomAttribute<EnumTypeAttribute>() is not null)
        {
            return target.GetConstructor(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance, [value.GetType()])?.Invoke([value]);
        }

        if (target.IsConstructedGenericType)
        {
            return FittingGeneric(value, target);
        }

        return value is ImmutableDictionary<string, object?> map && ResultConstructor(target) is { } constructor
            ? constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, [.. constructor.GetParameters().Select(parameter =>
                Convert(map.GetValueOrDefault(NameOf(parameter)), parameter.ParameterType))], null)
            : null;
    }

    private static object? FittingGeneric(object value, Type target)
    {
        var (open, arguments) = (target.GetGenericTypeDefinition(), target.GenericTypeArguments);
        if (open == typeof(ImmutableArray<>))
        {
            return value is ImmutableArray<object?> list ? Call(nameof(ToArray), arguments[0], list) : null;
        }

        if (open == typeof(ImmutableDictionary<,>) && arguments[0] == typeof(string))
        {
            return value is ImmutableDictionary<string, object?> map ? Call(nameof(ToMap), arguments[1], map) : null;
        }

        if (open == typeof(Union<,>))
        {
            foreach (var (type, name) in new[] { (arguments[0], "FromT0"), (arguments[1], "FromT1") })
            {
                if (TryConvert(value, type, out var converted))
                {
                    return target.GetMethod(name)!.Invoke(null, [converted]);
                }
            }

            return null;
        }

        throw new InvalidOperationException($"Unexpected generic target type {target.FullName} when deserializing");
    }

    private static object? Call(string name, Type type, object argument) =>
        typeof(Converter).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [argument], null);

    private static ImmutableArray<T> ToArray<T>(ImmutableArray<object?> list) =>
        [.. list.Select(item => (T)Convert(item, typeof(T))!)];

    private static ImmutableDictionary<string, T> ToMap<T>(ImmutableDictionary<string, object?> map) =>
        map.ToImmutableDictionary(entry => entry.Key, entry => (T)Convert(entry.Value, typeof(T))!);

    private static ConstructorInfo? ResultConstructor(Type type) => type.GetCustomAttribute<OutputTypeAttribute>() is null ? null : type
        .GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
        .FirstOrDefault(constructor => constructor.GetCustomAttribute<OutputConstructorAttribute>() is not null);

    private static string NameOf(ParameterInfo parameter) => parameter.GetCustomAttribute<OutputConstructorParameterAttribute>()?.Name ?? parameter.Name!;
}
