using System.Text.RegularExpressions;
using Microblog.Infra.Capacity;
using Microblog.Infra.Components;
using Microblog.Infra.Tests.Capacity;

namespace Microblog.Infra.Tests.Components;

public sealed class DatabaseParametersTests
{
    [Fact]
    public void Every_extension_of_the_migrations_may_be_created()
    {
        var created = Directory.GetFiles(Path.Combine(Given.Repository, "ApiService/Database/Migrations"), "*.sql")
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), @"CREATE EXTENSION (?:IF NOT EXISTS )?""?(\w+)""?", RegexOptions.IgnoreCase))
            .Select(match => match.Groups[1].Value.ToLowerInvariant())
            .Distinct();

        Assert.Equal([], created.Except(DatabaseParameters.Extensions));
    }

    [Fact]
    public void A_server_with_a_pooler_lets_in_as_many_clients_as_were_planned_for()
    {
        var plan = Given.Plan(StackLoads.TenMillion, StackLoads.TenMillionTopology);

        var parameters = DatabaseParameters.Of(plan.Database, plan.Connections).ToDictionary();

        Assert.Equal("true", parameters["pgbouncer.enabled"]);
        Assert.Equal("transaction", parameters["pgbouncer.pool_mode"]);
        Assert.Equal($"{plan.Connections.MaxClients}", parameters["pgbouncer.max_client_conn"]);
        Assert.Equal($"{plan.Connections.PoolSize}", parameters["pgbouncer.default_pool_size"]);
        Assert.Equal($"{plan.Connections.ServerLimit + 15}", parameters["max_connections"]);
        // Npgsql's own limit is in the connection string.
        Assert.InRange(int.Parse(parameters["pgbouncer.query_wait_timeout"], null), 1, 29);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    [InlineData("prod-10m")]
    public void The_log_does_not_tell_what_people_wrote(string stack)
    {
        var (_, load, topology) = StackLoads.All.Single(one => one.Name == stack);
        var plan = Given.Plan(load, topology);

        var parameters = DatabaseParameters.Of(plan.Database, plan.Connections).ToDictionary();

        // With any of these Azure logs the values of statements too.
        Assert.Equal("-1", parameters["log_min_duration_statement"]);
        Assert.Empty(parameters.Keys.Intersect(["log_statement", "log_duration", "log_min_duration_sample", "log_transaction_sample_rate", "pgaudit.log_parameter"]));
    }

    [Fact]
    public void A_burstable_server_has_no_pooler_to_configure()
    {
        var plan = Given.Plan(StackLoads.Dev, StackLoads.DevTopology);

        Assert.Null(DatabaseParameters.PoolerPort(plan.Database));
        Assert.DoesNotContain(DatabaseParameters.Of(plan.Database, plan.Connections), parameter => parameter.Name.Contains("pgbouncer", StringComparison.Ordinal));
    }
}
