using System.Collections.Immutable;
using System.Globalization;

namespace Pulumi;

public static partial class Output
{
    public static Output<T> Create<T>(T value) => Create(Task.FromResult(value));

    public static Output<T> Create<T>(Task<T> value) => Output<T>.Create(value);

    public static Output<T> CreateSecret<T>(T value) => CreateSecret(Task.FromResult(value));

    public static Output<T> CreateSecret<T>(Task<T> value) => Output<T>.Create(value, isSecret: true);

    public static Output<T> CreateSecret<T>(Output<T> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.With(data => Task.FromResult(data with { IsSecret = true }));
    }

    public static Output<T> Unsecret<T>(Output<T> output) => output.With(data => Task.FromResult(data with { IsSecret = false }));

    public static async Task<bool> IsSecretAsync<T>(Output<T> output) => (await output.Data.ConfigureAwait(false)).IsSecret;

    public static Output<ImmutableArray<T>> All<T>(params Input<T>[] inputs) => AllOf(inputs);

    public static Output<ImmutableArray<T>> All<T>(IEnumerable<Input<T>> inputs) => AllOf(inputs);

    public static Output<ImmutableArray<T>> All<T>(params Output<T>[] outputs) => AllOf(outputs.Select(output => (Input<T>)output));

    public static Output<ImmutableArray<T>> All<T>(IEnumerable<Output<T>> outputs) => AllOf(outputs.Select(output => (Input<T>)output));

    public static Output<string> Format(FormattableString formattableString) =>
        AllOf(formattableString.GetArguments().Select(argument => (Input<object?>)Untyped(argument)))
            .Apply(values => string.Format(CultureInfo.InvariantCulture, formattableString.Format, [.. values]));

    internal static Output<object?> Untyped(object? value) => (value is IInput input ? input.ToOutput() : value as IOutput) is { } output
        ? new Output<object?>(output.GetDataAsync())
        : Create(value);

    private static Output<ImmutableArray<T>> AllOf<T>(IEnumerable<Input<T>> inputs)
    {
        return new(Resolve(inputs.ToArray()));

        static async Task<OutputData<ImmutableArray<T>>> Resolve(Input<T>[] inputs)
        {
            var resources = ImmutableHashSet.CreateBuilder<Resource>();
            var values = ImmutableArray.CreateBuilder<T>(inputs.Length);
            var (isKnown, isSecret) = (true, false);
            foreach (var input in inputs)
            {
                var data = await input.ToOutput().Data.ConfigureAwait(false);
                resources.UnionWith(data.Resources);
                values.Add(data.Value);
                isKnown &= data.IsKnown;
                isSecret |= data.IsSecret;
            }

            return new(resources.ToImmutable(), values.MoveToImmutable(), isKnown, isSecret);
        }
    }
}

/// <summary>An output that is promised now and resolved, once, by another.</summary>
public sealed class DeferredOutput<T>
{
    private readonly TaskCompletionSource<Output<T>> _source = new();

    public DeferredOutput()
    {
        Output = new(Resolve());

        async Task<OutputData<T>> Resolve() => await (await _source.Task.ConfigureAwait(false)).Data.ConfigureAwait(false);
    }

    public Output<T> Output { get; }

    public void Resolve(Output<T> output)
    {
        if (!_source.TrySetResult(output))
        {
            throw new InvalidOperationException("DeferredOutput can only be resolved once.");
        }
    }
}
