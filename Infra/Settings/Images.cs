using System.Text.RegularExpressions;
using Microblog.Infra.AppModel;

namespace Microblog.Infra.Settings;

/// <summary>Images are named by digest: a tag may point to something else tomorrow, and then two replicas of one revision would differ.</summary>
public static partial class Images
{
    /// <summary>The key of the digests.</summary>
    public const string Key = "images";

    /// <summary>Refuses services without a digest, and digests without a service.</summary>
    public static void Check(StackSettings settings, AppContract model)
    {
        foreach (var (name, digest) in settings.Images)
        {
            Refuse(name, !model.Services.Any(service => service.Name == name), $"is no service of the application model; it has {string.Join(", ", model.Services.Select(service => service.Name))}.");
            Refuse(name, !Digest().IsMatch(digest), $"is '{digest}'; it must be a digest such as sha256:0123…, 64 hexadecimal digits.");
        }
        foreach (var service in settings.DeployApps ? model.Services : [])
        {
            Refuse(service.Name, !settings.Images.ContainsKey(service.Name),
                $"is missing: the digest of {service.Image}. Push the image first; for the very first 'pulumi up', which makes the registry, set {StackConfig.Key("deployApps")} to false.");
        }
    }

    /// <summary>A whole image reference, which has to end with a digest; null when it is not set.</summary>
    public static string? Pinned(StackConfig config, string name) => config.Find(name) switch
    {
        null => null,
        var image when image.Split('@') is [{ Length: > 0 }, var digest] && Digest().IsMatch(digest) => image,
        var image => throw new SettingsException(StackConfig.Key(name), $"is '{image}'; it must be an image with its digest, such as registry.example/otel/opentelemetry-collector-contrib@sha256:0123…"),
    };

    private static void Refuse(string service, bool isWrong, string problem)
    {
        if (isWrong)
        {
            throw new SettingsException($"{StackConfig.Key(Key)}.{service}", problem);
        }
    }

    [GeneratedRegex("^sha256:[0-9a-f]{64}$")]
    private static partial Regex Digest();
}
