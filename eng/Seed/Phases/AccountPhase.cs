using Microblog.Seed.Client;
using Microblog.Seed.Community;
using Microblog.Seed.Progress;

namespace Microblog.Seed.Phases;

/// <summary>Creates the accounts, or logs them in when they exist.</summary>
internal sealed class AccountPhase(MastodonApi api, CommunityPlan plan)
{
    private int _created;
    private volatile bool _canRename = true;

    /// <summary>How many accounts were created; the others were there and logged in.</summary>
    public int Created => _created;

    /// <summary>The logged-in accounts, in the order of the plan.</summary>
    public Session[] Sessions { get; } = new Session[plan.Accounts.Count];

    /// <summary>Runs the phase.</summary>
    public Task RunAsync(PhaseCounter counter, ParallelOptions parallel) =>
        Parallel.ForEachAsync(Enumerable.Range(0, plan.Accounts.Count), parallel, async (index, cancellationToken) =>
        {
            Sessions[index] = await OpenAsync(plan.Accounts[index], cancellationToken);
            counter.Step();
        });

    private async Task<Session> OpenAsync(SeedAccount account, CancellationToken cancellationToken)
    {
        var token = await api.SignUpAsync(account.Username, account.Email, account.Password, cancellationToken);
        if (token is null)
        {
            token = await LogInAsync(account, cancellationToken);
        }
        else
        {
            Interlocked.Increment(ref _created);
        }

        var profile = await api.VerifyAsync(token, cancellationToken);
        if (_canRename && profile.DisplayName != account.DisplayName)
        {
            _canRename = await api.RenameAsync(token, account.DisplayName, cancellationToken);
        }

        return new(account.Username, profile.Id, token);
    }

    private async Task<string> LogInAsync(SeedAccount account, CancellationToken cancellationToken)
    {
        try
        {
            return await api.LogInAsync(account.Email, account.Password, cancellationToken);
        }
        catch (ApiException error) when (error.Body.Contains("invalid_grant", StringComparison.Ordinal))
        {
            throw new SeedException(
                $"the account {account.Username} exists with another password than seed {plan.Seed} gives it; take another --seed", error);
        }
    }
}
