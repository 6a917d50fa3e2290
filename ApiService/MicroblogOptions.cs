namespace Microblog.ApiService;

/// <summary>The service's own settings, below <c>Microblog:</c>. What must not run in production ends the start there.</summary>
/// <param name="PasswordGrant">Clients may trade a user's password for a token.</param>
/// <param name="TestMode">For suites written by others: fixed accounts and tokens, the password grant, no rate limits.</param>
/// <param name="RegistrationsOpen">Anybody may sign up.</param>
/// <param name="KeyEncryptionKey">Encrypts the private signing keys in the database.</param>
/// <param name="PublicUrl">Where the public reaches this service; null to believe the request.</param>
public sealed record MicroblogOptions(bool PasswordGrant, bool TestMode, bool RegistrationsOpen, string KeyEncryptionKey, string? PublicUrl)
{
    /// <summary>Shortest key that production accepts, in characters: 32 bytes as Base64 have 44.</summary>
    private const int MinKeyLength = 32;

    /// <summary>Outside production: protects nothing, and lets every process on the machine read what another wrote.</summary>
    private const string DevelopmentKey = "for development only";

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="InvalidOperationException">One of them is wrong, or not fit for production.</exception>
    public static MicroblogOptions Read(IConfiguration configuration, IHostEnvironment environment)
    {
        var settings = configuration.GetSection("Microblog");
        var options = new MicroblogOptions(
            settings.GetValue<bool>(nameof(PasswordGrant)),
            settings.GetValue<bool>(nameof(TestMode)),
            Registrations(settings["Registrations"]),
            settings[nameof(KeyEncryptionKey)] is { Length: > 0 } key ? key : DevelopmentKey,
            settings[nameof(PublicUrl)]?.TrimEnd('/'));
        if (environment.IsProduction())
        {
            Refuse(options.PasswordGrant, "Microblog:PasswordGrant hands passwords to clients; it is for development and tests, and production refuses to start with it.");
            Refuse(options.TestMode, "Microblog:TestMode makes accounts with passwords that everybody knows; it is for tests, and production refuses to start with it.");
            Refuse(options.KeyEncryptionKey.Length < MinKeyLength,
                $"Microblog:KeyEncryptionKey is missing or shorter than {MinKeyLength} characters. It encrypts the private signing keys in the database; make one with: openssl rand -base64 32");
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
