using Microblog.Infra.AppModel;
using Microblog.Infra.Components;

namespace Microblog.Infra.Tests.Components;

/// <summary>From the contract to what a process finds in its environment.</summary>
public sealed class AppsVariablesTests
{
    private static readonly IReadOnlyList<AppsVariable> Api = Of(Contracts.Service("apiservice"));

    [Fact]
    public void Every_variable_of_the_contract_has_its_source()
    {
        Assert.Equal(new AppsSource.Database("microblog", ConnectionAccess.Primary, "microblog"), Source("ConnectionStrings__microblog"));
        Assert.Equal(new AppsSource.Database("replica", ConnectionAccess.Replica, "microblog"), Source("ConnectionStrings__replica"));
        Assert.Equal(new AppsSource.Vault("connection-redis"), Source("ConnectionStrings__redis"));
        Assert.Equal(new AppsSource.Vault("connection-rabbitmq"), Source("ConnectionStrings__rabbitmq"));
        Assert.Equal(new AppsSource.Vault("app-key-encryption-key"), Source("Microblog__KeyEncryptionKey"));
        Assert.Equal(new AppsSource.Platform(PlatformName.PublicUrl), Source("Microblog__PublicUrl"));
        Assert.Equal(new AppsSource.Plain("8080;8081"), Source("HTTP_PORTS"));
        Assert.Equal(new AppsSource.Endpoint("apiservice", "http"), Of(Contracts.Extra).Single(variable => variable.Name == "API").Source);
    }

    [Fact]
    public void Nothing_of_the_contract_is_lost_and_each_name_is_there_once()
    {
        foreach (var service in Contracts.Committed.Services)
        {
            var names = Of(service).Select(variable => variable.Name).ToList();
            Assert.Empty(service.Environment.Select(variable => variable.Name).Except(names));
            Assert.Equal(names.Distinct(), names);
            Assert.Equal(names.Order(StringComparer.Ordinal), names);
        }
    }

    [Fact]
    public void Who_sends_telemetry_sends_it_as_this_platform_adds_it_up()
    {
        Assert.Equal(new AppsSource.Plain("delta"), Source("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"));
        Assert.Equal(new AppsSource.Plain("0.05"), Source("OTEL_TRACES_SAMPLER_ARG"));
        Assert.DoesNotContain(Of(Contracts.Extra), variable => variable.Name.StartsWith("OTEL_", StringComparison.Ordinal));
    }

    [Fact]
    public void A_contract_that_says_otherwise_is_believed()
    {
        var own = Contracts.Service("apiservice") with
        {
            Environment = [new VariableSpec("OTEL_EXPORTER_OTLP_ENDPOINT", Platform: PlatformName.OtlpEndpoint), new VariableSpec("OTEL_TRACES_SAMPLER", Value: "always_on")],
        };

        Assert.Equal(new AppsSource.Plain("always_on"), Of(own).Single(variable => variable.Name == "OTEL_TRACES_SAMPLER").Source);
    }

    [Fact]
    public void The_stack_adds_variables_and_replaces_values()
    {
        var settings = Contracts.Settings(change: file => file.Set("environment", """{ "Microblog__RateLimits": "off", "HTTP_PORTS": "80" }"""));

        var variables = AppsVariables.Of(Contracts.Service("apiservice"), Contracts.Committed, settings);

        Assert.Equal(new AppsSource.Plain("off"), variables.Single(variable => variable.Name == "Microblog__RateLimits").Source);
        Assert.Equal(new AppsSource.Plain("80"), variables.Single(variable => variable.Name == "HTTP_PORTS").Source);
    }

    private static IReadOnlyList<AppsVariable> Of(ServiceSpec service) => AppsVariables.Of(service, Contracts.Committed, Contracts.Settings());

    private static AppsSource Source(string name) => Api.Single(variable => variable.Name == name).Source;
}
