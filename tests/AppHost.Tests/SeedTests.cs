using System.Diagnostics;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.AppHost.Tests;

/// <summary>The seeding tool against the running system, and what readers then see against what PostgreSQL says.</summary>
public sealed class SeedTests(WholeSystem system)
{
    private const int Accounts = 120;
    private const int Statuses = 1_200;
    private const int Readers = 50;

    private static readonly TimeSpan SeedTimeout = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task After_seeding_the_homes_of_fifty_accounts_show_the_right_twenty_statuses_in_order()
    {
        var running = await system.RunningAsync();
        var tokens = Path.Combine(Path.GetTempPath(), $"microblog-seed-{Environment.ProcessId}.jsonl");
        try
        {
            await SeedAsync(running.Api, "--accounts", $"{Accounts}", "--follows", "20", "--statuses", $"{Statuses}", "--seed", "7", "--tokens", tokens);
            await running.DrainedAsync();
            var random = new Random(7);
            var readers = (await File.ReadAllLinesAsync(tokens)).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();
            random.Shuffle(readers);

            var full = 0;
            foreach (var reader in readers.Take(Readers))
            {
                var id = long.Parse(reader.GetProperty("id").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
                var client = new Client(running.Api, reader.GetProperty("access_token").GetString());
                // Twice: the first read may be answered from PostgreSQL while the list is built, the second comes from Redis.
                for (var read = 0; read < 2; read++)
                {
                    var expected = await running.TruthAsync(id);
                    var home = await Eventually.BecomesAsync(
                        $"home of account {id}", async () => (await client.GetAsync("/api/v1/timelines/home?limit=20")).Ok().Ids, ids => ids.SequenceEqual(expected));
                    full += home.Count == 20 ? 1 : 0;
                }
            }
            // A few follow too little to fill a page; a community in which most do would prove nothing.
            Assert.InRange(full, Readers, Readers * 2);
        }
        finally
        {
            File.Delete(tokens);
        }
    }

    private static async Task SeedAsync(Uri api, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["run", "--no-build", "--project", Path.Combine(Repository.Root, "eng", "Seed"), "--", "--url", api.ToString(), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var seed = Process.Start(start)!;
        var (output, errors) = (seed.StandardOutput.ReadToEndAsync(), seed.StandardError.ReadToEndAsync());
        await seed.WaitForExitAsync().WaitAsync(SeedTimeout);
        Assert.True(seed.ExitCode == 0, $"The seeding tool ended with {seed.ExitCode}: {await errors}{await output}");
    }
}
