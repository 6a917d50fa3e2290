namespace Microblog.ApiService.Statuses.Text;

/// <summary>An account a mention was resolved to.</summary>
/// <param name="Username">Its name in its own spelling.</param>
/// <param name="Acct">The name that is unambiguous on this server; equal to <paramref name="Username"/> for local accounts.</param>
/// <param name="Url">The absolute address of its profile.</param>
public sealed record MentionedAccount(string Username, string Acct, string Url);
