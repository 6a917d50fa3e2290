using Microblog.ApiService.Database;
using Microblog.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microblog.ApiService.Tests.Database;

public sealed class MigratorTests(Backends backends)
{
    [Fact]
    public async Task Migrating_twice_does_nothing_the_second_time()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends, migrate: false);

        Assert.Equal(Migrator.Scripts().Count(), await sandbox.MigrateAsync());
        Assert.Equal(0, await sandbox.MigrateAsync());
        Assert.Equal(Migrator.Scripts().Select(script => script.Name), await sandbox.ListAsync<string>("SELECT name FROM schema_migrations ORDER BY name"));
    }

    [Fact]
    public async Task Many_at_once_apply_each_script_once()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends, migrate: false);

        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => sandbox.MigrateAsync()));

        Assert.Equal(Migrator.Scripts().Count(), applied.Sum());
    }

    [Fact]
    public async Task A_script_that_was_changed_after_it_was_applied_is_refused()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends);
        await sandbox.ExecuteAsync("UPDATE schema_migrations SET checksum = sha256('something else') WHERE name = '0001_initial.sql'");

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(sandbox.MigrateAsync);

        Assert.StartsWith("Migration 0001_initial.sql was applied in another form", refusal.Message);
    }

    [Fact]
    public async Task The_lock_is_free_again_after_a_failure()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends);
        var migrator = new Migrator(sandbox.Primary, NullLogger<Migrator>.Instance);
        await sandbox.ExecuteAsync("UPDATE schema_migrations SET checksum = sha256('something else')");
        await Assert.ThrowsAsync<InvalidOperationException>(() => migrator.MigrateAsync());
        await sandbox.ExecuteAsync("TRUNCATE schema_migrations");
        foreach (var (name, script) in Migrator.Scripts())
        {
            await sandbox.ExecuteAsync("INSERT INTO schema_migrations (name, checksum) VALUES (@name, sha256(convert_to(@script, 'UTF8')))", new { name, script });
        }

        Assert.Equal(0, await migrator.MigrateAsync());
    }

    [Fact]
    public void Scripts_are_numbered_without_gaps() =>
        Assert.Equal(Migrator.Scripts().Select((_, i) => $"{i + 1:0000}_"), Migrator.Scripts().Select(script => script.Name[..5]));
}
