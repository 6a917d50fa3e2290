using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;
using Microblog.Infra.Components;
using Microblog.Infra.Settings;
using Microblog.Infra.Tests.Capacity;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

/// <summary>What Container Apps would refuse is refused before anything is made.</summary>
public sealed class AppsCheckTests
{
    private static readonly CapacityPlan Plan = Given.Plan(Given.Load);

    [Fact]
    public void The_committed_contract_can_run() => AppsCheck.Refuse(Contracts.Settings(), Contracts.Committed, Plan);

    [Fact]
    public void A_size_that_is_not_offered_is_named_with_its_service() =>
        Assert.Equal("app-model.json: the service \"thumbnailer\" is to have 0.3 cores; the profile Consumption offers 0.25 to 4 in steps of 0.25.",
            Refusal(Contracts.With(Contracts.Extra with { Cpu = 0.3 })));

    [Fact]
    public void A_name_that_is_too_long_in_Azure_is_refused() =>
        Assert.StartsWith("app-model.json: the service \"thumbnailer-of-everything-there-is\" would be called \"mb-prod-thumbnailer-of-everything-there-is\" in Azure;",
            Refusal(Contracts.With(Contracts.Extra with { Name = "thumbnailer-of-everything-there-is" })), StringComparison.Ordinal);

    [Fact]
    public void Two_external_ports_are_refused() =>
        Assert.Contains("has more than one external port", Refusal(Contracts.Changed("apiservice", api => api with { Ports = [.. api.Ports.Select(port => port with { External = true })] })));

    [Fact]
    public void A_contract_that_nobody_can_reach_is_refused() =>
        Assert.Contains("no service has an external port", Refusal(Contracts.Changed("apiservice", api => api with { Ports = [.. api.Ports.Select(port => port with { External = false })] })));

    [Fact]
    public void A_probe_outside_of_what_the_platform_takes_is_refused() =>
        Assert.EndsWith("\"thumbnailer\" has a startup probe with failureThreshold 30; Container Apps takes 1 to 10.",
            Refusal(Contracts.With(Contracts.Extra with { Probes = new ProbesSpec(Startup: Contracts.Extra.Probes!.Startup! with { FailureThreshold = 30 }) })));

    [Fact]
    public void Too_long_a_grace_period_is_refused() =>
        Assert.EndsWith("is given 601 s to end; 0 to 600 are possible.", Refusal(Contracts.With(Contracts.Extra with { TerminationGraceSeconds = 601 })));

    [Fact]
    public void Services_that_wait_for_each_other_are_refused() =>
        Assert.Contains("waits, over others, for itself", Refusal(Contracts.Changed("migrations", job => job with { WaitsFor = ["apiservice"] })));

    [Fact]
    public void A_virtual_host_that_the_broker_does_not_have_is_refused() =>
        Assert.Contains("is to the virtual host \"other\", but the broker declares \"/\"", Refusal(Contracts.Committed with
        {
            Connections = [.. Contracts.Committed.Connections.Select(connection => connection.Name == "rabbitmq" ? connection with { VirtualHost = "other" } : connection)],
        }));

    [Fact]
    public void A_secret_cannot_be_replaced_by_a_text_in_clear() =>
        Assert.StartsWith("microblog:environment.Microblog__KeyEncryptionKey: comes from this program and may be secret;",
            Refused(file => file.Set("environment", """{ "Microblog__KeyEncryptionKey": "x" }""")), StringComparison.Ordinal);

    [Fact]
    public void What_is_no_name_of_a_variable_is_refused() =>
        Assert.StartsWith("microblog:environment.1ST: is no name of an environment variable", Refused(file => file.Set("environment", """{ "1ST": "x" }""")), StringComparison.Ordinal);

    [Theory]
    [InlineData("0000012")]
    [InlineData("mb-dev-apiservice--0000012")]
    [InlineData("mb-prod-feedworker--0000012")]
    public void Only_a_full_name_of_a_revision_that_answers_requests_can_be_the_stable_one(string name) =>
        Assert.StartsWith($"microblog:stableRevision: '{name}' is no revision of mb-prod-apiservice.", Refused(file => file.Set("stableRevision", name)), StringComparison.Ordinal);

    [Fact]
    public void Requests_are_shared_between_the_stable_revision_and_the_newest()
    {
        var settings = Contracts.Settings(change: file => file.Set("stableRevision", "mb-prod-apiservice--0000012").Set("newRevisionWeight", "10"));
        AppsCheck.Refuse(settings, Contracts.Committed, Plan);

        Assert.Equal(new AppsRollout("mb-prod-apiservice--0000012", 10), AppsRollout.Of("mb-prod-apiservice", settings.Rollout));
        Assert.Equal(new AppsRollout(null, 100), AppsRollout.Of("mb-prod-feedworker", settings.Rollout));
    }

    private static string Refusal(AppContract contract) => Assert.Throws<AppModelException>(() => AppsCheck.Refuse(Contracts.Settings(), contract, Plan)).Message;

    private static string Refused(Action<StackFile> change) => Assert.Throws<SettingsException>(() => AppsCheck.Refuse(Contracts.Settings(change: change), Contracts.Committed, Plan)).Message;
}
