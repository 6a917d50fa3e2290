using Microblog.Contracts;

namespace Microblog.FeedWorker.Push;

/// <summary>The worker's settings for pushes, below <c>Microblog:</c>. What must not run in production ends the start there.</summary>
/// <param name="KeyEncryptionKey">Decrypts the private key in the database; the same as the API's.</param>
/// <param name="ToLocalAddresses">Pushes may go to this machine and its network, without TLS; for tests.</param>
/// <param name="Contact">Whom push services may turn to, an address with <c>mailto:</c> or <c>https:</c>; some demand one.</param>
/// <param name="MediaUrl">Where images are fetched, when it is not below the API.</param>
public sealed record PushOptions(string KeyEncryptionKey, bool ToLocalAddresses, string? Contact, string? MediaUrl)
{
    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="InvalidOperationException">They are not fit for production.</exception>
    public static PushOptions Read(IConfiguration configuration, IHostEnvironment environment)
    {
        var settings = configuration.GetSection("Microblog");
        var publicUrl = settings["PublicUrl"]?.TrimEnd('/');
        var options = new PushOptions(
            settings["KeyEncryptionKey"] is { Length: > 0 } key ? key : KeyCipher.DevelopmentSecret,
            settings.GetValue<bool>("PushToLocalAddresses"),
            settings["ContactEmail"] is { Length: > 0 } email ? $"mailto:{email}" : publicUrl?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true ? publicUrl : null,
            settings["Media:PublicUrl"]?.TrimEnd('/'));
        if (!environment.IsProduction())
        {
            return options;
        }
        return options.ToLocalAddresses ? throw new InvalidOperationException("Microblog:PushToLocalAddresses lets anybody send requests into this network; it is for tests, and production refuses to start with it.")
            : options.KeyEncryptionKey.Length < KeyCipher.MinSecretLength ? throw new InvalidOperationException($"Microblog:KeyEncryptionKey is missing or shorter than {KeyCipher.MinSecretLength} characters. It has to be that of the API.")
            : options;
    }
}
