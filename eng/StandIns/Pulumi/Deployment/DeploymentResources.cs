using System.Collections.Immutable;
using Pulumi.Serialization;
using Pulumi.Testing;

namespace Pulumi;

public sealed partial class Deployment
{
    private readonly IMocks _mocks;
    private readonly List<Resource> _registered = [];
    private readonly HashSet<string> _identities = new(StringComparer.Ordinal);

    internal void Register(Resource resource, ResourceArgs args, ResourceOptions options) =>
        Tasks.Add(CompleteAsync(resource, args, options));

    internal void RegisterOutputs(Resource resource, Output<IDictionary<string, object?>> outputs) =>
        Tasks.Add(RegisterOutputsAsync(resource, outputs));

    private ImmutableArray<Resource> Registered()
    {
        lock (_registered)
        {
            return [.. _registered];
        }
    }

    private async Task CompleteAsync(Resource resource, ResourceArgs args, ResourceOptions options)
    {
        try
        {
            var (urn, id, state) = await RegisterAsync(resource, args, options).ConfigureAwait(false);
            foreach (var (name, source) in resource.Sources)
            {
                if (name == "urn")
                {
                    source.Resolve(OutputData<object?>.Plain(urn));
                }
                else if (name == "id" && resource is CustomResource)
                {
                    source.Resolve(OutputData<object?>.Plain(id) with { IsKnown = id != "" });
                }
                else if (state.TryGetValue(name, out var value))
                {
                    var data = Wire.Unwrap(value);
                    source.Resolve(data with { Value = Converter.Convert(data.Value, source.Type) });
                }
                else
                {
                    source.ResolveDefault(isKnown: !IsDryRun);
                }
            }
        }
        catch (Exception exception)
        {
            foreach (var source in resource.Sources.Values)
            {
                source.Fail(exception);
            }

            throw;
        }
    }

    private async Task<(string Urn, string Id, ImmutableDictionary<string, object?> State)> RegisterAsync(
        Resource resource, ResourceArgs args, ResourceOptions options)
    {
        if (options.Urn is not null)
        {
            throw new NotSupportedException("ResourceOptions.Urn is not supported by this substitute of the Pulumi SDK.");
        }

        var existing = options.Id is null ? "" : await options.Id.ToOutput().GetValueAsync("").ConfigureAwait(false);
        if (!string.IsNullOrEmpty(existing) && resource is not CustomResource)
        {
            throw new ArgumentException("ResourceOptions.Id is only valid for a CustomResource");
        }

        var (inputs, dependencies) = await SerializeAsync(
            args.ToDictionary().Where(input => input.Key is not ("id" or "urn")), $"resource:{resource.GetResourceName()}").ConfigureAwait(false);
        dependencies.UnionWith(await options.DependsOn.ToOutput().GetValueAsync([]).ConfigureAwait(false));
        dependencies.UnionWith(await options.ReplaceWith.ToOutput().GetValueAsync([]).ConfigureAwait(false));
        await WaitForAsync(dependencies).ConfigureAwait(false);
        if (options.DeletedWith is { } container)
        {
            await container.Urn.Data.ConfigureAwait(false);
        }

        var urn = await ClaimUrnAsync(resource, options).ConfigureAwait(false);
        if (resource is Stack)
        {
            return (urn, "", ImmutableDictionary<string, object?>.Empty);
        }

        var toImport = (options as CustomResourceOptions)?.ImportId ?? "";
        var (id, state) = await _mocks.NewResourceAsync(new()
        {
            Type = resource.GetResourceType(),
            Name = resource.GetResourceName(),
            Inputs = Wire.KnownValues(inputs),
            Provider = resource is CustomResource && options.Provider is { } provider ? await provider.ReferenceAsync().ConfigureAwait(false) : "",
            Id = string.IsNullOrEmpty(existing) ? toImport : existing,
        }).ConfigureAwait(false);
        return (urn, string.IsNullOrEmpty(existing) ? id ?? toImport : existing, await Serializer.StateAsync(state).ConfigureAwait(false));
    }

    /// <summary>The URN, in the short form that mocks see.</summary>
    /// <exception cref="RunException">Another resource has it, going by the long form of an engine.</exception>
    private async Task<string> ClaimUrnAsync(Resource resource, ResourceOptions options)
    {
        var (type, name) = (resource.GetResourceType(), resource.GetResourceName());
        var prefix = $"urn:pulumi:{StackName}::{ProjectName}::";
        if (resource is not Pulumi.Stack)
        {
            var parent = await (options.Parent ?? Stack).Urn.GetValueAsync("").ConfigureAwait(false);
            type = $"{parent.Split("::")[2].Split('$')[0]}${type}";
        }

        lock (_registered)
        {
            if (!_identities.Add($"{resource.TypeChain}::{name}"))
            {
                throw new RunException($"Duplicate resource URN '{prefix}{resource.TypeChain}::{name}'; try giving it a unique name");
            }

            _registered.Add(resource);
        }

        return $"{prefix}{type}::{name}";
    }

    private async Task RegisterOutputsAsync(Resource resource, Output<IDictionary<string, object?>> outputs)
    {
        var urn = await resource.Urn.GetValueAsync("").ConfigureAwait(false);
        var values = await outputs.GetValueAsync(new Dictionary<string, object?>()).ConfigureAwait(false);
        var (serialized, _) = await SerializeAsync(values, "registerResourceOutputs").ConfigureAwait(false);
        await _mocks.RegisterResourceOutputs(new(urn, serialized.ToImmutableDictionary(
            output => output.Key, output => new Output<object?>(Task.FromResult(Wire.Unwrap(output.Value)))))).ConfigureAwait(false);
    }

    private static async Task<(ImmutableDictionary<string, object?> Values, HashSet<Resource> Dependencies)> SerializeAsync(
        IEnumerable<KeyValuePair<string, object?>> values, string label)
    {
        var serializer = new Serializer();
        var serialized = ImmutableDictionary.CreateBuilder<string, object?>();
        foreach (var (key, value) in values)
        {
            try
            {
                if (await serializer.SerializeAsync($"{label}.{key}", value).ConfigureAwait(false) is { } given)
                {
                    serialized.Add(key, given);
                }
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"error serializing property \"{key}\": {exception.Message}", exception);
            }
        }

        return (serialized.ToImmutable(), serializer.Dependencies);
    }

    private static Task WaitForAsync(IEnumerable<Resource> dependencies) =>
        Task.WhenAll(dependencies.SelectMany(dependency => dependency.CustomResources()).Distinct().Select(resource => resource.Urn.Data));
}
