using System.Collections.Immutable;
using Pulumi.Serialization;

namespace Pulumi;

/// <summary>Something that a program wants to exist; making the object registers it.</summary>
public class Resource
{
    private readonly string _type;
    private readonly string _name;
    private readonly bool? _protect;
    private readonly ImmutableArray<ResourceTransformation> _transformations;
    private readonly ImmutableDictionary<string, ProviderResource> _providers = ImmutableDictionary<string, ProviderResource>.Empty;
    private readonly List<Resource> _children = [];

    private protected Resource(string type, string name, bool custom, ResourceArgs args, ResourceOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentException.ThrowIfNullOrEmpty(name);
        _type = type;
        _name = name;

        // Before anything else may see this resource, as a child or in a transformation.
        Sources = OutputSources.Fill(this);

        // The parent of the transformations: it is not written into the options, so nothing else is inherited from the stack.
        var deployment = Deployment.InternalInstance;
        var parent = type == Stack.RootType ? null : options.Parent ?? deployment.Stack;
        _transformations = [.. options.ResourceTransformations, .. parent?._transformations ?? []];
        (args, options) = Transformed(args, options);
        options = options.Clone();

        var componentProviders = (options as ComponentResourceOptions)?.Providers ?? [];
        if (options.Provider is not null && componentProviders.Count > 0)
        {
            throw new ResourceException("Do not supply both 'provider' and 'providers' options to a ComponentResource.", options.Parent);
        }

        if (options.Parent is { } given)
        {
            lock (given._children)
            {
                given._children.Add(this);
            }

            options.Protect ??= given._protect;
            _providers = given._providers;
        }

        _protect = options.Protect;
        if (!custom)
        {
            var own = options.Provider is { } only ? [only] : componentProviders;
            _providers = _providers.SetItems(own.Select(provider => KeyValuePair.Create(provider.Package, provider)));
        }
        else if (options.Provider is null)
        {
            options.Provider = options.Parent?.GetProvider(type);
        }
        else if (type.Split(':') is [var package, _, _])
        {
            _providers = _providers.SetItem(package, options.Provider);
        }

        var chain = parent is null or Stack ? type : $"{parent.TypeChain}${type}";
        TypeChain = chain;
        deployment.Register(this, args, options);
    }

    [Output("urn")]
    public Output<string> Urn { get; private protected set; } = null!;

    public string GetResourceType() => _type;

    public string GetResourceName() => _name;

    internal IReadOnlyDictionary<string, IOutputSource> Sources { get; }

    /// <summary>The types from the outermost component down to this, as an engine writes them into the URN.</summary>
    internal string TypeChain { get; }

    /// <summary>The provider that this resource hands on to children whose type is `package:module:Name`.</summary>
    internal ProviderResource? GetProvider(string moduleMember) =>
        moduleMember.Split(':') is [var package, _, _] ? _providers.GetValueOrDefault(package) : null;

    /// <summary>Itself, or what a component is made of: a component exists when its custom resources do.</summary>
    internal IEnumerable<Resource> CustomResources()
    {
        if (this is CustomResource)
        {
            return [this];
        }

        lock (_children)
        {
            return [.. _children.SelectMany(child => child.CustomResources())];
        }
    }

    private (ResourceArgs, ResourceOptions) Transformed(ResourceArgs args, ResourceOptions options)
    {
        foreach (var transformation in _transformations)
        {
            if (transformation(new(this, args, options)) is { } result)
            {
                if (result.Options.Parent != options.Parent)
                {
                    throw new ArgumentException("Transformations cannot currently be used to change the 'parent' of a resource.");
                }

                (args, options) = (result.Args, result.Options);
            }
        }

        return (args, options);
    }
}

/// <summary>A resource that a provider makes.</summary>
public class CustomResource : Resource
{
    public CustomResource(string type, string name, ResourceArgs? args, CustomResourceOptions? options = null)
        : base(type, name, custom: true, args ?? ResourceArgs.Empty, options ?? new())
    {
    }

    [Output("id")]
    public Output<string> Id { get; private protected set; } = null!;
}

/// <summary>The configured provider of one package.</summary>
public class ProviderResource : CustomResource
{
    private const string UnknownId = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

    public ProviderResource(string package, string name, ResourceArgs args, CustomResourceOptions? options = null)
        : base($"pulumi:providers:{package}", name, args, options) => Package = package;

    internal string Package { get; }

    internal async Task<string> ReferenceAsync()
    {
        var urn = await Urn.GetValueAsync("").ConfigureAwait(false);
        var id = await Id.GetValueAsync("").ConfigureAwait(false);
        return $"{urn}::{(string.IsNullOrEmpty(id) ? UnknownId : id)}";
    }
}
