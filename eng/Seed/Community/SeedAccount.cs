using System.Security.Cryptography;
using System.Text;

namespace Microblog.Seed.Community;

/// <summary>One account to create, or to log in when it is there already.</summary>
/// <param name="Username">Letters, digits and underscores, at most 30.</param>
/// <param name="DisplayName">The name shown to people.</param>
/// <param name="Password">Derived from the seed and the user name: fit for demonstrations only.</param>
internal sealed record SeedAccount(string Username, string DisplayName, string Password)
{
    /// <summary>An address in a domain that can never receive mail.</summary>
    public string Email => $"{Username}@example.com";

    /// <summary>Makes the account of a user name; equal arguments give the same password.</summary>
    public static SeedAccount Create(int seed, string username, string displayName)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"microblog-seed|{seed}|{username}"));
        return new(username, displayName, Convert.ToHexStringLower(digest)[..24]);
    }
}
