using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using Pulumi;

namespace Microblog.Infra.Tests.Graph;

/// <summary>A resource that a stack registered.</summary>
/// <param name="Type">Its type, as <c>azure-native:network:Subnet</c>.</param>
/// <param name="Name">Its name in the program.</param>
/// <param name="Inputs">What it is made from, plain.</param>
/// <param name="Options">How the engine is to treat it.</param>
/// <param name="SecretInputs">Top-level inputs that are kept encrypted in the state.</param>
public sealed record Provisioned(string Type, string Name, ImmutableDictionary<string, object> Inputs, ResourceOptions? Options, ImmutableHashSet<string> SecretInputs)
{
    /// <summary>What it is made from, with what that comes from.</summary>
    public ResourceArgs? Args { get; init; }

    /// <summary>The type without the provider and module: <c>Subnet</c>.</summary>
    public string Kind => Type[(Type.LastIndexOf(':') + 1)..];

    /// <summary>Whether <c>pulumi destroy</c> refuses it.</summary>
    public bool IsProtected => Options?.Protect == true;

    /// <summary>An input by its path, as <c>properties.networkAcls.defaultAction</c> or <c>containers.0.image</c>; null when it is not there.</summary>
    public object? this[string path] => path.Split('.').Aggregate((object?)Inputs, Step);

    /// <summary>An input as text; empty when it is not there.</summary>
    public string Text(string path) => Convert.ToString(this[path], CultureInfo.InvariantCulture) ?? "";

    /// <summary>An input that is a list; empty when it is not there.</summary>
    public IReadOnlyList<object> List(string path) => this[path] is IEnumerable list and not string ? [.. list.Cast<object>()] : [];

    /// <summary>Every text in the inputs, with its path.</summary>
    public IEnumerable<(string Path, string Text)> Texts() => Texts("", Inputs);

    /// <summary>A member of a structure.</summary>
    public static object? Member(object? value, string path) => path.Split('.').Aggregate(value, Step);

    /// <inheritdoc/>
    public override string ToString() => $"{Type} {Name}";

    private static object? Step(object? value, string part) => value switch
    {
        IDictionary<string, object> map => map.TryGetValue(part, out var member) ? member : null,
        IReadOnlyDictionary<string, object> map => map.GetValueOrDefault(part),
        IEnumerable list and not string when int.TryParse(part, CultureInfo.InvariantCulture, out var index) => list.Cast<object>().ElementAtOrDefault(index),
        _ => null,
    };

    private static IEnumerable<(string Path, string Text)> Texts(string path, object? value) => value switch
    {
        string text => [(path, text)],
        IEnumerable<KeyValuePair<string, object>> map => map.SelectMany(member => Texts(path.Length == 0 ? member.Key : $"{path}.{member.Key}", member.Value)),
        IEnumerable list => list.Cast<object>().SelectMany((item, index) => Texts($"{path}.{index}", item)),
        _ => [],
    };
}
