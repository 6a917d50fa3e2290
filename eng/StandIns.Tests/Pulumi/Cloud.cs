using System.Collections.Immutable;
using Pulumi;

namespace Microblog.StandIns.Tests;

/// <summary>A small provider, in the form in which code is generated for the large ones.</summary>
[ResourceType("cloud:compute:Server", null)]
internal sealed class Server : CustomResource
{
    public Server(string name, ServerArgs args, CustomResourceOptions? options = null) : base("cloud:compute:Server", name, args, options)
    {
    }

    private Server(string name, Input<string> id, CustomResourceOptions? options)
        : base("cloud:compute:Server", name, null, CustomResourceOptions.Merge(options, new CustomResourceOptions { Id = id }))
    {
    }

    [Output("size")]
    public Output<int> Size { get; private set; } = null!;

    [Output("address")]
    public Output<string?> Address { get; private set; } = null!;

    [Output("tier")]
    public Output<Tier?> ServerTier { get; private set; } = null!;

    [Output("disks")]
    public Output<ImmutableArray<Disk>> Disks { get; private set; } = null!;

    [Output("tags")]
    public Output<ImmutableDictionary<string, string>?> Tags { get; private set; } = null!;

    [Output("port")]
    public Output<Union<string, int>> Port { get; private set; } = null!;

    public static Server Get(string name, Input<string> id, CustomResourceOptions? options = null) =>
        new(name, id, options);
}

internal sealed class ServerArgs : ResourceArgs
{
    [Input("disks")]
    private InputList<DiskArgs>? _disks;

    [Input("tags")]
    private InputMap<string>? _tags;

    [Input("size", required: true)]
    public Input<int> Size { get; set; } = null!;

    [Input("address")]
    public Input<string>? Address { get; set; }

    [Input("public")]
    public Input<bool>? Public { get; set; }

    [Input("share")]
    public Input<double>? Share { get; set; }

    [Input("tier")]
    public Input<Tier>? Tier { get; set; }

    [Input("port")]
    public InputUnion<string, int>? Port { get; set; }

    [Input("anything")]
    public Input<object>? Anything { get; set; }

    [Input("settings", json: true)]
    public InputMap<int>? Settings { get; set; }

    public InputList<DiskArgs> Disks { get => _disks ??= []; set => _disks = value; }

    public InputMap<string> Tags { get => _tags ??= []; set => _tags = value; }
}

internal sealed class DiskArgs : ResourceArgs
{
    [Input("name", required: true)]
    public Input<string> Name { get; set; } = null!;

    [Input("size")]
    public Input<int>? Size { get; set; }
}

[OutputType]
internal sealed class Disk
{
    public readonly string Name;
    public readonly int? Size;

    [OutputConstructor]
    private Disk(string name, int? size) => (Name, Size) = (name, size);
}

[EnumType]
internal readonly struct Tier : IEquatable<Tier>
{
    private readonly string _value;

    private Tier(string value) => _value = value;

    public static Tier Basic { get; } = new("basic");

    public static explicit operator string(Tier value) => value._value;

    public bool Equals(Tier other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is Tier other && Equals(other);

    public override int GetHashCode() => _value?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public override string ToString() => _value;
}

internal sealed class ZoneArgs : InvokeArgs
{
    [Input("region", required: true)]
    public Input<string> Region { get; set; } = null!;
}

[OutputType]
internal sealed class ZoneResult
{
    public readonly ImmutableArray<string> Zones;

    [OutputConstructor]
    private ZoneResult(ImmutableArray<string> zones) => Zones = zones;
}

internal sealed class CloudProvider(string name, CustomResourceOptions? options = null) : ProviderResource("cloud", name, ResourceArgs.Empty, options);

/// <summary>Two servers as one thing.</summary>
internal sealed class Pair : ComponentResource
{
    public Pair(string name, ComponentResourceOptions? options = null) : base("microblog:index:Pair", name, options)
    {
        var own = new CustomResourceOptions { Parent = this };
        First = new Server($"{name}-first", new ServerArgs { Size = 1 }, own);
        Second = new Server($"{name}-second", new ServerArgs { Size = 2 }, own);
        Addresses = Output.Format($"{First.Id} {Second.Id}");
        RegisterOutputs();
    }

    public Server First { get; }

    public Server Second { get; }

    [Output("addresses")]
    public Output<string> Addresses { get; private set; }
}
