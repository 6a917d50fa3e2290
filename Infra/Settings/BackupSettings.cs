using System.Text.RegularExpressions;

namespace Microblog.Infra.Settings;

/// <summary>Long-term backups and the drill that tries to restore.</summary>
/// <param name="Locked">The vault's immutability is locked, for ever: key <c>lockBackups</c>.</param>
/// <param name="DrillImage">Image with the Azure CLI that the restore runs in: key <c>drillImage</c>. Public, since it is pulled without a log-in.</param>
public sealed partial record BackupSettings(bool Locked, string DrillImage)
{
    private const string DefaultDrillImage = "mcr.microsoft.com/azure-cli:2.76.0";

    /// <summary>Reads and checks them.</summary>
    public static BackupSettings Read(StackConfig config)
    {
        const string Image = "drillImage";
        var image = config.Find(Image) ?? DefaultDrillImage;
        return PinnedImage().IsMatch(image) && !image.EndsWith(":latest", StringComparison.Ordinal)
            ? new BackupSettings(config.Flag("lockBackups", false), image)
            : throw new SettingsException(StackConfig.Key(Image), $"is '{image}'; it must be an image with its registry and a version or digest, such as {DefaultDrillImage}.");
    }

    [GeneratedRegex(@"^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(/[a-z0-9._-]+)+(:\w[\w.-]{0,127}|(:\w[\w.-]{0,127})?@sha256:[0-9a-f]{64})$")]
    private static partial Regex PinnedImage();
}
