using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using Pulumi;
using Pulumi.Utilities;

namespace Microblog.Infra.Tests.Graph;

/// <summary>Looks into outputs and inputs of any type.</summary>
internal static class Secrecy
{
    /// <summary>Whether a value, or anything in it, is kept encrypted in the state.</summary>
    public static async Task<bool> IsSecretAsync(object? value)
    {
        switch (value)
        {
            case null or string:
                return false;
            case ResourceArgs args:
                foreach (var (_, member) in Inputs(args))
                {
                    if (await IsSecretAsync(member))
                    {
                        return true;
                    }
                }
                return false;
            case IEnumerable list and not IAsyncEnumerable<object>:
                foreach (var item in list)
                {
                    if (await IsSecretAsync(item))
                    {
                        return true;
                    }
                }
                return false;
        }
        if (AsOutput(value) is not { } output)
        {
            return value.GetType() is { IsGenericType: true } pair && pair.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) && await IsSecretAsync(pair.GetProperty("Value")!.GetValue(value));
        }
        var type = output.GetType().GetGenericArguments()[0];
        var isSecret = typeof(Output).GetMethod(nameof(Output.IsSecretAsync))!.MakeGenericMethod(type).Invoke(null, [output]);
        return await (Task<bool>)isSecret! || await IsSecretAsync(await ValueAsync(output));
    }

    /// <summary>The resources that a value, or anything in it, comes from.</summary>
    public static async Task<IReadOnlySet<Resource>> DependenciesAsync(object? value)
    {
        var found = new HashSet<Resource>();
        switch (value)
        {
            case null or string:
                return found;
            case ResourceArgs args:
                foreach (var (_, member) in Inputs(args))
                {
                    found.UnionWith(await DependenciesAsync(member));
                }
                return found;
            case IEnumerable list and not IAsyncEnumerable<object>:
                foreach (var item in list)
                {
                    found.UnionWith(await DependenciesAsync(item));
                }
                return found;
        }
        if (AsOutput(value) is not { } output)
        {
            return value.GetType() is { IsGenericType: true } pair && pair.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) ? await DependenciesAsync(pair.GetProperty("Value")!.GetValue(value)) : found;
        }
        var type = output.GetType().GetGenericArguments()[0];
        found.UnionWith(await (Task<ImmutableHashSet<Resource>>)typeof(OutputUtilities).GetMethod(nameof(OutputUtilities.GetDependenciesAsync))!.MakeGenericMethod(type).Invoke(null, [output])!);
        found.UnionWith(await DependenciesAsync(await ValueAsync(output)));
        return found;
    }

    /// <summary>The value of an output or input of any type.</summary>
    public static async Task<object?> ValueAsync(object? value)
    {
        if (AsOutput(value) is not { } output)
        {
            return value;
        }
        var type = output.GetType().GetGenericArguments()[0];
        var task = (Task)typeof(OutputUtilities).GetMethods().Single(method => method.Name == nameof(OutputUtilities.GetValueAsync) && method.GetParameters()[0].ParameterType.GetGenericTypeDefinition() == typeof(Output<>))
            .MakeGenericMethod(type).Invoke(null, [output])!;
        await task;
        return task.GetType().GetProperty("Result")!.GetValue(task);
    }

    /// <summary>What a resource or structure is made from, by its name on the wire. The SDK keeps that name to itself.</summary>
    public static IEnumerable<(string Name, object? Value)> Inputs(ResourceArgs args) =>
        from member in args.GetType().GetMembers(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        from attribute in member.CustomAttributes
        where attribute.AttributeType.Name == "InputAttribute"
        select ((string)attribute.ConstructorArguments[0].Value!, member switch { PropertyInfo property => property.GetValue(args), FieldInfo field => field.GetValue(args), _ => null });

    /// <summary>The output itself, or that of an input.</summary>
    private static object? AsOutput(object? value)
    {
        for (var type = value?.GetType(); type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Output<>))
            {
                return value;
            }
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Input<>))
            {
                return type.GetMethod("op_Implicit", [type])!.Invoke(null, [value]);
            }
        }
        return null;
    }
}
