namespace Pulumi.AzureNative;

/// <summary>What the generated classes share: as the real package does, they ask for the provider of their own version.</summary>
internal static partial class Utilities
{
    /// <param name="id">Of an existing resource to read, or empty for one to create.</param>
    public static CustomResourceOptions MakeResourceOptions(CustomResourceOptions? options, Input<string>? id)
    {
        var merged = CustomResourceOptions.Merge(new CustomResourceOptions { Version = Version }, options);
        merged.Id = id ?? merged.Id;
        return merged;
    }

    public static InvokeOptions WithDefaults(this InvokeOptions? options)
    {
        options ??= new InvokeOptions();
        options.Version ??= Version;
        return options;
    }

    public static InvokeOutputOptions WithDefaults(this InvokeOutputOptions? options)
    {
        options ??= new InvokeOutputOptions();
        options.Version ??= Version;
        return options;
    }
}

internal sealed class AzureNativeResourceTypeAttribute(string type) : ResourceTypeAttribute(type, Utilities.Version);
