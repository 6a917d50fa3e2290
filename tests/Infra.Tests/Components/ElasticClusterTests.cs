using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;
using Microblog.Infra.Components;
using Microblog.Infra.Settings;
using Microblog.Infra.Tests.Capacity;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

/// <summary>A load that no single server carries.</summary>
public sealed class ElasticClusterTests
{
    [Fact]
    public async Task It_is_one_cluster_with_the_contracts_database_and_what_Azure_offers_for_it()
    {
        var run = await StackRun.RunAsync(Outgrown());
        var primary = run.One("dbforpostgresql:Server", "database-primary");

        Assert.True((double)primary["cluster.clusterSize"]! >= 2);
        Assert.Equal("microblog", primary["cluster.defaultDatabaseName"]);
        Assert.Equal(("17", "Disabled"), (primary["version"], primary["storage.autoGrow"]));
        Assert.Empty(run.All("dbforpostgresql:Database"));
        Assert.Empty(run.All("dbforpostgresql:VirtualEndpoint"));
    }

    [Fact]
    public async Task Another_version_of_PostgreSQL_is_refused()
    {
        var message = await StackRun.RefusalAsync(Outgrown().Set("postgresVersion", "16"));

        Assert.Contains("microblog:postgresVersion: is 16", message, StringComparison.Ordinal);
        Assert.Contains("elastic cluster", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_database_is_refused()
    {
        var file = Outgrown();
        var settings = SettingsReader.Read(new StackConfig(file.Values, file.Secrets), file.Stack);
        var model = AppModelReader.ReadFile(AppModelReader.DefaultPath);
        var second = model with { Connections = [.. model.Connections, new ConnectionSpec("archive", ConnectionKind.Postgres, ConnectionAccess.Primary, "archive")] };

        var problem = Assert.Throws<AppModelException>(() => DatabaseRules.Check(settings, Given.Plan(settings.Load, settings.Topology), second));

        Assert.Contains("microblog, archive", problem.Message, StringComparison.Ordinal);
        DatabaseRules.Check(settings, Given.Plan(StackLoads.Prod, StackLoads.ProdTopology), second);
    }

    private static StackFile Outgrown() => StackFile.Read("prod-10m").Set("accounts", "40000000").Set("dailyActiveUsers", "15000000");
}
