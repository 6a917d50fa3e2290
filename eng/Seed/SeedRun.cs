using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microblog.Seed.Client;
using Microblog.Seed.Community;
using Microblog.Seed.Latency;
using Microblog.Seed.Phases;
using Microblog.Seed.Progress;
using Microblog.Seed.Texts;

namespace Microblog.Seed;

/// <summary>One run: plans the community, fills the server, reports.</summary>
internal sealed class SeedRun(SeedOptions options, ServerAddress server, ProgressReporter progress)
{
    /// <summary>Runs all phases.</summary>
    /// <exception cref="SeedException">The run failed for a reason that its message states.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var library = TextLibrary.Load(options.Texts);
        var plan = CommunityPlan.Create(options.Seed, options.Accounts, options.Follows, options.Statuses, library.Texts);
        progress.Print(Invariant(
            $"seeding {server.Url} ({server.Source}): {plan.Accounts.Count} accounts, {plan.Graph.Edges.Count} follows, {plan.Statuses.Count} statuses, seed {options.Seed}, {library.Texts.Count} texts from {library.Source}"));

        using var client = new ApiClient(server.Url, options.Concurrency);
        try
        {
            await FillAsync(client, plan, start, cancellationToken);
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            throw new SeedException($"cannot reach {server.Url} ({server.Source}): {error.Message}. Is the system running? ./run starts it", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SeedException($"{server.Url} stopped answering: requests timed out again and again", error);
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw new SeedException($"{server.Url} gave an answer that the Mastodon client API does not give: {error.Message}", error);
        }
        catch (Exception error) when (error is ApiException or HttpRequestException)
        {
            throw new SeedException(error.Message, error);
        }
    }

    private async Task FillAsync(ApiClient client, CommunityPlan plan, long start, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken };
        var api = new MastodonApi(client);
        await progress.RunAsync("connect", 1, counter => ConnectAsync(api, counter, cancellationToken), cancellationToken);

        var accounts = new AccountPhase(api, plan);
        var accountTime = await progress.RunAsync("accounts", plan.Accounts.Count, counter => accounts.RunAsync(counter, parallel), cancellationToken);
        if (options.Tokens is not null)
        {
            await SeedFiles.WriteTokensAsync(options.Tokens, plan, accounts.Sessions, cancellationToken);
        }

        var follows = new FollowPhase(api, plan, accounts.Sessions);
        var followTime = await progress.RunAsync("follows", plan.Graph.Edges.Count, counter => follows.RunAsync(counter, parallel), cancellationToken);

        var probe = new LatencyProbe(api, options.Sample);
        var statuses = new StatusPhase(api, plan, accounts.Sessions, probe);
        var statusTime = await progress.RunAsync("statuses", plan.Statuses.Count, counter => statuses.RunAsync(counter, parallel), cancellationToken);

        var summary = new SeedSummary
        {
            Url = server.Url.ToString(),
            Seed = plan.Seed,
            Accounts = new(plan.Accounts.Count, accounts.Created, Seconds(accountTime)),
            Follows = new(plan.Graph.Edges.Count, plan.Graph.Edges.Count - follows.Refused, Seconds(followTime)),
            Statuses = new(plan.Statuses.Count, plan.Statuses.Count - statuses.Repeated, Seconds(statusTime)),
            RepeatedRequests = client.Repeated,
            Seconds = Seconds(Stopwatch.GetElapsedTime(start)),
            PostToTimeline = probe.Report(),
        };
        if (options.LatencyJson is not null)
        {
            await SeedFiles.WriteSummaryAsync(options.LatencyJson, summary, cancellationToken);
        }

        Console.Out.Write(summary.Describe());
    }

    private static async Task ConnectAsync(MastodonApi api, PhaseCounter counter, CancellationToken cancellationToken)
    {
        await api.ConnectAsync(cancellationToken);
        counter.Step();
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 2);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
