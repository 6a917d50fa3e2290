using System.Collections.Immutable;

namespace Pulumi;

/// <summary>The outputs of another stack; reading one that is secret there gives a secret.</summary>
public class StackReference : CustomResource
{
    public StackReference(string name, StackReferenceArgs? args = null, CustomResourceOptions? options = null)
        : base("pulumi:pulumi:StackReference", name, new StackReferenceArgs { Name = args?.Name ?? name },
            CustomResourceOptions.Merge(options, new() { Id = args?.Name ?? name }))
    {
    }

    [Output("name")]
    public Output<string> Name { get; private set; } = null!;

    [Output("outputs")]
    public Output<ImmutableDictionary<string, object>> Outputs { get; private set; } = null!;

    [Output("secretOutputNames")]
    public Output<ImmutableArray<string>> SecretOutputNames { get; private set; } = null!;

    public Output<object?> GetOutput(Input<string> name) =>
        WithSecrecy(name, Output.Tuple(name, (Input<ImmutableDictionary<string, object>>)Outputs)
            .Apply(both => both.Item2.TryGetValue(both.Item1, out var value) ? value : null));

    public Output<object> RequireOutput(Input<string> name) =>
        WithSecrecy(name, Output.Tuple(name, (Input<string>)Name, (Input<ImmutableDictionary<string, object>>)Outputs)
            .Apply(all => all.Item3.TryGetValue(all.Item1, out var value)
                ? value
                : throw new KeyNotFoundException($"Required output '{all.Item1}' does not exist on stack '{all.Item2}'.")));

    private Output<T> WithSecrecy<T>(Input<string> name, Output<T> value) => value.With(async data =>
    {
        var wanted = await name.ToOutput().Data.ConfigureAwait(false);
        var secrets = await SecretOutputNames.Data.ConfigureAwait(false);
        var isSecret = wanted.IsKnown && secrets.IsKnown
            ? !secrets.Value.IsDefault && secrets.Value.Contains(wanted.Value)
            : (await Outputs.Data.ConfigureAwait(false)).IsSecret;
        return data with { IsSecret = isSecret };
    });
}

public class StackReferenceArgs : ResourceArgs
{
    [Input("name", required: true)]
    public Input<string>? Name { get; set; }
}
