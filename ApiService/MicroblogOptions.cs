using Microblog.Contracts;

namespace Microblog.ApiService;

/// <summary>The service's own settings, below <c>Microblog:</c>. What must not run in production ends the start there.</summary>
/// <param name="PasswordGrant">Clients may trade a user's password for a token.</param>
/// <param name="TestMode">For suites written by others: fixed accounts and tokens, the password grant, no rate limits.</param>
/// <param name="RegistrationsOpen">Anybody may sign up.</param>
/// <param name="KeyEncryptionKey">Encrypts the private keys in the database.</param>
/// <param name="PublicUrl">Where the public reaches this service; null to believe the request.</param>
public sealed record MicroblogOptions(bool PasswordGrant, bool TestMode, bool RegistrationsOpen, string KeyEncryptionKey, string? PublicUrl)
{
    /// <summary>Push messages may go to addresses of this machine and its network, without TLS. Anybody could then reach what only it should.</summary>
    public bool PushToLocalAddresses { get; init; }

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="InvalidOperationException">One of them is wrong, or not fit for production.</exception>
    public static MicroblogOptions Read(IConfiguration configuration, IHostEnvironment environment)
    {
        var settings = configuration.GetSection("Microblog");
        var options = new MicroblogOptions(
            settings.GetValue<bool>(nameof(PasswordGrant)),
            settings.GetValue<bool>(nameof(TestMode)),
            Registrations(settings["Registrations"]),
            settings[nameof(KeyEncryptionKey)] is { Length: > 0 } key ? key : KeyCipher.DevelopmentSecret,
            settings[nameof(PublicUrl)]?.TrimEnd('/'))
        {
            PushToLocalAddresses = settings.GetValue<bool>(nameof(PushToLocalAddresses)),
        };
        if (environment.IsProduction())
        {
            Refuse(options.PasswordGrant, "Microblog:PasswordGrant hands passwords to clients; it is for development and tests, and production refuses to start with it.");
            Refuse(options.TestMode, "Microblog:TestMode makes accounts with passwords that everybody knows; it is for tests, and production refuses to start with it.");
            Refuse(options.PushToLocalAddresses, "Microblog:PushToLocalAddresses lets anybody send requests into this network; it is for tests, and production refuses to start with it.");
            Refuse(options.KeyEncryptionKey.Length < KeyCipher.MinSecretLength,
                $"Microblog:KeyEncryptionKey is missing or shorter than {KeyCipher.MinSecretLength} characters. It encrypts the private signing keys in the database; make one with: openssl rand -base64 32");
        }
        return options with { PasswordGrant = options.PasswordGrant || options.TestMode };
    }

    private static bool Registrations(string? setting) => setting?.ToLowerInvariant() switch
    {
        null or "" or "open" => true,
        "closed" => false,
        _ => throw new InvalidOperationException($"Microblog:Registrations is '{setting}'; it must be open or closed."),
    };

    private static void Refuse(bool isWrong, string reason)
    {
        if (isWrong)
        {
            throw new InvalidOperationException(reason);
        }
    }
}
