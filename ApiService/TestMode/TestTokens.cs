using System.Collections.Frozen;
using Microblog.ApiService.OAuth;

namespace Microblog.ApiService.TestMode;

/// <summary>Fixed access tokens of the suites' people, in test mode only. They have rows like all others, so they are revoked like all others.</summary>
public sealed class TestTokens(MicroblogOptions options)
{
    private readonly FrozenDictionary<string, Caller> _callers = !options.TestMode
        ? FrozenDictionary<string, Caller>.Empty
        : TestAccounts.All.ToFrozenDictionary(
            account => account.Token, account => new Caller(account.Id, TestAccounts.ApplicationId, TestAccounts.TokenScopes.Split(' '), account.Id), StringComparer.Ordinal);

    /// <summary>Whose token this is; null when it is none of them.</summary>
    public Caller? Find(string token) => _callers.GetValueOrDefault(token);
}
