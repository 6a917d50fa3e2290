using System.Collections.Immutable;

namespace Pulumi;

/// <summary>A value that is there later, perhaps unknown (in a preview) or secret; both pass on to whatever is made of it.</summary>
public sealed class Output<T> : IOutput
{
    internal Output(Task<OutputData<T>> data)
    {
        Data = data;
        Deployment.Current?.Tasks.Add(data);
    }

    internal Task<OutputData<T>> Data { get; }

    public static Output<T> Create(Task<T> value) => Create(value, isSecret: false);

    internal static Output<T> Create(Task<T> value, bool isSecret)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(Resolve());

        async Task<OutputData<T>> Resolve() => new([], await value.ConfigureAwait(false), IsKnown: true, isSecret);
    }

    public Output<ValueTuple> Apply(Func<T, Task> func)
    {
        return Apply(value => Output.Create(Run(value)));

        async Task<ValueTuple> Run(T value)
        {
            await func(value).ConfigureAwait(false);
            return default;
        }
    }

    public Output<TResult> Apply<TResult>(Func<T, TResult> func) => Apply(value => Output.Create(func(value)));

    public Output<TResult> Apply<TResult>(Func<T, Task<TResult>> func) => Apply(value => Output.Create(func(value)));

    public Output<TResult> Apply<TResult>(Func<T, Input<TResult>?> func) => Apply(value => func(value).ToOutput());

    public Output<TResult> Apply<TResult>(Func<T, Output<TResult>?> func)
    {
        return new(Resolve());

        async Task<OutputData<TResult>> Resolve()
        {
            var outer = await Data.ConfigureAwait(false);
            if (!outer.IsKnown)
            {
                return new(outer.Resources, default!, IsKnown: false, outer.IsSecret);
            }

            if (func(outer.Value) is not { } output)
            {
                return new(outer.Resources, default!, IsKnown: true, outer.IsSecret);
            }

            var inner = await output.Data.ConfigureAwait(false);
            return inner with { Resources = outer.Resources.Union(inner.Resources), IsSecret = outer.IsSecret || inner.IsSecret };
        }
    }

    /// <summary>The same value with another secrecy or other resources.</summary>
    internal Output<T> With(Func<OutputData<T>, Task<OutputData<T>>> change)
    {
        return new(Resolve());

        async Task<OutputData<T>> Resolve() => await change(await Data.ConfigureAwait(false)).ConfigureAwait(false);
    }

    internal async Task<T> GetValueAsync(T whenUnknown)
    {
        var data = await Data.ConfigureAwait(false);
        return data.IsKnown ? data.Value : whenUnknown;
    }

    async Task<OutputData<object?>> IOutput.GetDataAsync() => (await Data.ConfigureAwait(false)).Boxed;

    /// <summary>Not the value, which is not there yet: the advice to use <c>Apply</c> or <c>Output.Format</c>.</summary>
    /// <exception cref="InvalidOperationException">PULUMI_ERROR_OUTPUT_STRING is 1 or true.</exception>
    public override string ToString()
    {
        var message = string.Join(Environment.NewLine,
            "Calling [ToString] on an [Output<T>] is not supported.",
            "",
            "To get the value of an Output<T> as an Output<string> consider:",
            "1. o.Apply(v => $\"prefix{v}suffix\")",
            "2. Output.Format($\"prefix{hostname}suffix\");",
            "",
            "See https://www.pulumi.com/docs/concepts/inputs-outputs for more details.");
        if (Environment.GetEnvironmentVariable("PULUMI_ERROR_OUTPUT_STRING") is { } strict
            && (strict == "1" || strict.Equals("true", StringComparison.OrdinalIgnoreCase)))
        {
            throw new InvalidOperationException(message);
        }

        return string.Join(Environment.NewLine, message, "This function may throw in a future version of Pulumi.");
    }
}
