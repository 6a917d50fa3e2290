using System.Security.Cryptography;
using System.Text;

namespace Microblog.Seed.Community;

/// <summary>One status to post.</summary>
/// <param name="Author">Index of the author's account.</param>
/// <param name="Text">At most <see cref="Texts.TextRules.MaxLength"/> characters as Mastodon counts them.</param>
/// <param name="Visibility">public, unlisted or private.</param>
/// <param name="ReplyTo">Index of an earlier status, or null.</param>
internal sealed record StatusPlan(int Author, string Text, string Visibility, int? ReplyTo)
{
    /// <summary>Stays the same from run to run, so that the server answers a repeated post with the first one.</summary>
    public string IdempotencyKey(int seed, int index, string username)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}|{index}|{username}|{Visibility}|{Text}"));
        return new Guid(digest.AsSpan(0, 16)).ToString();
    }
}
