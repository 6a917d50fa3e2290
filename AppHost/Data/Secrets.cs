using System.Security.Cryptography;
using System.Text.Json;

namespace Microblog.AppHost.Data;

/// <summary>
/// The generated passwords of one data directory. They live beside the data which they open, so that a kept directory
/// finds its own again and a new one gets new ones. Letters and digits only: every file format takes them unquoted.
/// </summary>
public sealed class Secrets(DataDirectory directory)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int Length = 24;

    private readonly Lock _lock = new();

    /// <summary>The password of that name, made at the first call.</summary>
    public string Get(string name)
    {
        lock (_lock)
        {
            var file = directory.File("secrets.json");
            var all = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file)) ?? [] : [];
            if (!all.TryGetValue(name, out var secret))
            {
                all[name] = secret = RandomNumberGenerator.GetString(Alphabet, Length);
                directory.WritePrivate("secrets.json", JsonSerializer.Serialize(all));
            }

            return secret;
        }
    }
}
