using Microblog.Infra.AppModel;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

/// <summary>What the AppHost's model asks for is what the containers get.</summary>
public sealed class WiringTests
{
    private static readonly AppContract Model = AppModelReader.ReadFile(AppModelReader.DefaultPath);

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Every_service_runs_with_every_variable_of_the_model(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        foreach (var service in Model.Services)
        {
            var container = Container(run, service);
            var variables = container.Inner("env").ToDictionary(one => (string)Provisioned.Member(one, "name")!);
            // A server of the smallest size has no pooler, and so no port of one.
            foreach (var wanted in service.Environment.Where(wanted => stack != "dev" || wanted.Platform != PlatformName.DatabasePoolerPort))
            {
                Assert.True(variables.TryGetValue(wanted.Name, out var given), $"{service.Name} lacks {wanted.Name}");
                var isSecret = Provisioned.Member(given, "secretRef") is string;
                Assert.True(isSecret || Provisioned.Member(given, "value") is string { Length: > 0 }, $"{service.Name}: {wanted.Name} is empty");
                Assert.True(isSecret || wanted.Secret is null, $"{service.Name}: {wanted.Name} is a secret in clear");
                Assert.True(wanted.Value is null || (string)Provisioned.Member(given, "value")! == wanted.Value, $"{service.Name}: {wanted.Name} is not {wanted.Value}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Images_are_named_by_digest_and_pulled_by_the_services_own_identity(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        foreach (var service in Model.Services)
        {
            var container = Container(run, service);
            var identity = Assert.Single(container.App.List("identity.userAssignedIdentities"));
            Assert.EndsWith($"/{service.Image}@{StackFile.Digest}", container.Text("image"));
            Assert.Equal(identity, container.App["configuration.registries.0.identity"]);
            Assert.EndsWith($"-{service.Name}", (string)identity);
        }
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Secrets_of_containers_are_references_into_the_vault(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        foreach (var app in run.All("app:ContainerApp").Concat(run.All("app:Job")))
        {
            Assert.All(app.List("configuration.secrets"), secret =>
            {
                Assert.StartsWith("https://mb", (string)Provisioned.Member(secret, "keyVaultUrl")!);
                Assert.NotNull(Provisioned.Member(secret, "identity"));
                Assert.Null(Provisioned.Member(secret, "value"));
            });
        }
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Database_connections_carry_no_password_and_check_the_servers_certificate(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var connections =
            from service in Model.Services
            from variable in service.Environment
            let connection = Model.Connections.SingleOrDefault(one => one.Name == variable.Connection)
            where connection?.Kind == ConnectionKind.Postgres
            select (service, connection, Text: Container(run, service).Variable(variable.Name));

        Assert.NotEmpty(connections);
        Assert.All(connections, one =>
        {
            Assert.DoesNotContain("password", one.Text, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("SSL Mode=VerifyFull", one.Text);
            Assert.Contains($"Database={one.connection.Database}", one.Text);
            Assert.Matches($"Username=[^;]*{one.service.Name}", one.Text);
        });
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Probes_replicas_and_grace_are_those_of_the_model_or_the_plan(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        foreach (var service in Model.Services.Where(service => service.Role != ServiceRole.Job))
        {
            var container = Container(run, service);
            var probes = container.Inner("probes");
            Assert.Equal(service.Probes!.All().Count(), probes.Count);
            Assert.All(service.Probes.All(), wanted => Assert.Contains(probes, probe =>
                string.Equals((string)Provisioned.Member(probe, "type")!, wanted.Name, StringComparison.OrdinalIgnoreCase)
                && (string)Provisioned.Member(probe, "httpGet.path")! == wanted.Probe.Path
                && Convert.ToInt32(Provisioned.Member(probe, "httpGet.port"), null) == service.Ports.Single(port => port.Name == wanted.Probe.Port).Port));
            Assert.True(Convert.ToInt32(container.App["template.scale.minReplicas"], null) >= (stack == "dev" ? 1 : 3), $"{service.Name} runs too seldom");
            Assert.True(Convert.ToInt32(container.App["template.scale.maxReplicas"], null) >= Convert.ToInt32(container.App["template.scale.minReplicas"], null));
            Assert.Equal(service.TerminationGraceSeconds, Convert.ToInt32(container.App["template.terminationGracePeriodSeconds"], null));
        }
    }

    private static RunningContainer Container(StackRun run, ServiceSpec service)
    {
        var app = run.One(service.Role == ServiceRole.Job ? "app:Job" : "app:ContainerApp", service.Name);
        return new RunningContainer(app);
    }

    private sealed record RunningContainer(Provisioned App)
    {
        public string Text(string path) => App.Text($"template.containers.0.{path}");

        public IReadOnlyList<object> Inner(string path) => App.List($"template.containers.0.{path}");

        public string Variable(string name) => (string)Provisioned.Member(Inner("env").Single(one => (string)Provisioned.Member(one, "name")! == name), "value")!;
    }
}
