using System.Collections.Immutable;
using Pulumi.Serialization;

namespace Pulumi;

public sealed partial class Deployment
{
    internal async Task<OutputData<T>> InvokeOutputAsync<T>(string token, InvokeArgs? args, InvokeOptions? options)
    {
        var unknown = new OutputData<T>([], default!, IsKnown: false, IsSecret: false);
        var (values, dependencies) = await SerializeAsync((args ?? InvokeArgs.Empty).ToDictionary(), $"invoke:{token}").ConfigureAwait(false);
        if (values.Values.Any(Wire.HasUnknown))
        {
            return unknown;
        }

        var explicitly = options is InvokeOutputOptions { DependsOn: var dependsOn } ? await dependsOn.ToOutput().GetValueAsync([]).ConfigureAwait(false) : [];
        var resources = dependencies.Union(explicitly).ToImmutableHashSet();
        foreach (var resource in resources.SelectMany(dependency => dependency.CustomResources()).Distinct().OfType<CustomResource>())
        {
            // What does not exist yet has nothing to look up.
            if (!(await resource.Id.Data.ConfigureAwait(false)).IsKnown)
            {
                return unknown;
            }
        }

        var data = Wire.Unwrap(await CallAsync(token, values, options).ConfigureAwait(false));
        return new(resources, (T)Converter.Convert(data.Value, typeof(T))!, data.IsKnown, data.IsSecret);
    }

    internal async Task<T> InvokeAsync<T>(string token, InvokeArgs? args, InvokeOptions? options)
    {
        var (values, _) = await SerializeAsync((args ?? InvokeArgs.Empty).ToDictionary(), $"invoke:{token}").ConfigureAwait(false);
        return (T)Converter.Convert(Wire.Unwrap(await CallAsync(token, values, options).ConfigureAwait(false)).Value, typeof(T))!;
    }

    private async Task<ImmutableDictionary<string, object?>> CallAsync(string token, ImmutableDictionary<string, object?> args, InvokeOptions? options)
    {
        var provider = options?.Provider ?? options?.Parent?.GetProvider(token);
        var result = await _mocks.CallAsync(new()
        {
            Token = token,
            Args = Wire.KnownValues(args),
            Provider = provider is null ? "" : await provider.ReferenceAsync().ConfigureAwait(false),
        }).ConfigureAwait(false);
        return await Serializer.StateAsync(result).ConfigureAwait(false);
    }
}
