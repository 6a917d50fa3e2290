using System.Text.Json;
using Microblog.Infra.AppModel;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

/// <summary>What is made of the contract in Azure.</summary>
public sealed class AppsGraphTests
{
    private const string App = "app:ContainerApp";

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Every_service_of_the_contract_runs_from_its_digest_with_its_own_identity(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        foreach (var service in Contracts.Committed.Services)
        {
            var made = run.One(service.Role is ServiceRole.Job ? "app:Job" : App, service.Name);
            Assert.EndsWith($".azurecr.io/{service.Image}@{StackFile.Digest}", made.Text("template.containers.0.image"), StringComparison.Ordinal);
            Assert.EndsWith($"/mb-{stack}-{service.Name}", Assert.Single(made.List("identity.userAssignedIdentities")).ToString(), StringComparison.Ordinal);
            Assert.Equal(made.Text("identity.userAssignedIdentities.0"), made.Text("configuration.registries.0.identity"));
            Assert.Equal(service.Args, made.List("template.containers.0.args").Cast<string>());
            Assert.Empty(service.Environment.Select(variable => variable.Name).Except(made.Env().Keys));
        }
        Assert.Equal(Contracts.Committed.Services.Count(service => service.Role is not ServiceRole.Job) + 1, run.All(App).Count);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Secrets_are_references_to_the_vault_and_none_is_missing(string stack)
    {
        foreach (var made in (await StackRun.OfAsync(stack)).Workloads())
        {
            var declared = made.List("configuration.secrets");
            Assert.All(declared, secret => Assert.Matches(@"^https://[a-z0-9]+\.vault\.azure\.net/secrets/[a-z-]+$", (string)Provisioned.Member(secret, "keyVaultUrl")!));
            Assert.All(declared, secret => Assert.Null(Provisioned.Member(secret, "value")));
            Assert.All(declared, secret => Assert.Equal(made.Text("identity.userAssignedIdentities.0"), Provisioned.Member(secret, "identity")));
            var used = made.List("template.containers.0.env").Select(variable => Provisioned.Member(variable, "secretRef"))
                .Concat(made.List("template.scale.rules").SelectMany(rule => Provisioned.Member(rule, "custom.auth") is IEnumerable<object> auth ? auth.Select(one => Provisioned.Member(one, "secretRef")) : []))
                .Concat(made.List("template.volumes.0.secrets").Select(item => Provisioned.Member(item, "secretRef")))
                .OfType<string>().ToHashSet();
            Assert.Equal(used.Order(), declared.Select(secret => (string)Provisioned.Member(secret, "name")!).Order());
        }
    }

    [Fact]
    public async Task A_workload_may_read_the_secrets_that_it_uses_and_no_other()
    {
        var run = await StackRun.OfAsync("prod");
        var grants = run.All("authorization:RoleAssignment").Where(grant => grant.Text("roleDefinitionId").EndsWith("4633458b-17de-408a-b874-0445c86b69e6", StringComparison.Ordinal)).ToList();

        Assert.All(grants, grant => Assert.Contains("/Secret/", grant.Text("scope")));
        string[] Readable(string workload) => [.. grants.Where(grant => grant.Text("principalId") == $"principal-of-mb-prod-{workload}").Select(grant => grant.Text("scope").Split('/')[^1]).Order()];
        Assert.Equal(["app-key-encryption-key", "broker-authority", "connection-rabbitmq", "connection-redis"], Readable("apiservice"));
        Assert.Equal(["app-key-encryption-key", "broker-authority", "broker-tls", "connection-rabbitmq", "connection-redis"], Readable("feedworker"));
        Assert.Equal(["telemetry-connection"], Readable("collector"));
        Assert.Empty(Readable("migrations"));
    }

    [Fact]
    public async Task The_environment_of_the_api_is_what_the_platform_knows()
    {
        var env = (await StackRun.OfAsync("prod")).One(App, "apiservice").Env();

        Assert.Equal("https://social.example", env["Microblog__PublicUrl"]);
        Assert.Equal("https://media.social.example", env["Microblog__Media__PublicUrl"]);
        Assert.Equal("client-of-mb-prod-apiservice", env["AZURE_CLIENT_ID"]);
        Assert.Equal("https://mb-prod-collector.internal.calm-sea.swedencentral.azurecontainerapps.io", env["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("/etc/ssl/certs:/etc/broker-authority", env["SSL_CERT_DIR"]);
        Assert.Equal("100.100.0.0/16,10.40.0.0/21", env["Microblog__ForwardedFrom"]);
        Assert.Contains("Username=mb-prod-apiservice", env["ConnectionStrings__microblog"]);
        Assert.DoesNotContain("assword", env["ConnectionStrings__microblog"]);
        Assert.Equal("secret:connection-rabbitmq", env["ConnectionStrings__rabbitmq"]);
    }

    [Fact]
    public async Task The_authority_of_the_broker_is_a_file_where_the_variable_says()
    {
        var api = (await StackRun.OfAsync("prod")).One(App, "apiservice");

        Assert.Equal("Secret", api.Text("template.volumes.0.storageType"));
        Assert.Equal(("broker-authority", "authority.pem"), (api.Text("template.volumes.0.secrets.0.secretRef"), api.Text("template.volumes.0.secrets.0.path")));
        Assert.Equal(("/etc/broker-authority", api.Text("template.volumes.0.name")), (api.Text("template.containers.0.volumeMounts.0.mountPath"), api.Text("template.containers.0.volumeMounts.0.volumeName")));
    }

    [Fact]
    public async Task A_managed_broker_needs_no_authority()
    {
        var file = StackFile.Read("prod").Set("managedBroker", "true").Secret("brokerUrl", $"amqps://{StackFile.SecretMark}@broker.example/");
        foreach (var key in new[] { "brokerPassword", "brokerAdminPassword", "brokerCookie", "brokerCaCertificate", "brokerCertificate", "brokerPrivateKey", "brokerSshKey" })
        {
            file.Set(key, null);
        }

        var worker = (await StackRun.RunAsync(file)).One(App, "feedworker");

        Assert.Equal("/etc/ssl/certs", worker.Env()["SSL_CERT_DIR"]);
        Assert.Empty(worker.List("template.volumes"));
        Assert.Equal(["host"], worker.List("template.scale.rules").Select(rule => Provisioned.Member(rule, "custom.auth")).OfType<IEnumerable<object>>().First().Select(auth => (string)Provisioned.Member(auth, "triggerParameter")!));
    }

    [Fact]
    public async Task Probes_ports_and_times_are_the_contracts()
    {
        var api = (await StackRun.OfAsync("prod")).One(App, "apiservice");

        Assert.Equal(["Startup", "Liveness", "Readiness"], api.List("template.containers.0.probes").Select(probe => (string)Provisioned.Member(probe, "type")!));
        Assert.All(api.List("template.containers.0.probes"), probe => Assert.Equal(8081.0, Provisioned.Member(probe, "httpGet.port")));
        Assert.Equal(("/health", 3.0, 30.0), (api.Text("template.containers.0.probes.2.httpGet.path"), api["template.containers.0.probes.2.failureThreshold"], api["template.terminationGracePeriodSeconds"]));
        Assert.Equal((true, 8080.0, "auto", false), (api["configuration.ingress.external"], api["configuration.ingress.targetPort"], api["configuration.ingress.transport"], api["configuration.ingress.allowInsecure"]));
    }

    [Fact]
    public async Task Workers_scale_by_their_queues_over_TLS()
    {
        var rule = (await StackRun.OfAsync("prod")).One(App, "feedworker").List("template.scale.rules").Single(rule => Provisioned.Member(rule, "name") is "queue-feed");

        Assert.Equal(("rabbitmq", "amqp", "500"), (Provisioned.Member(rule, "custom.type"), Provisioned.Member(rule, "custom.metadata.protocol"), Provisioned.Member(rule, "custom.metadata.value")));
        var auth = ((IEnumerable<object>)Provisioned.Member(rule, "custom.auth")!).ToDictionary(one => (string)Provisioned.Member(one, "triggerParameter")!, one => (string)Provisioned.Member(one, "secretRef")!);
        Assert.Equal(("connection-rabbitmq", "broker-tls", "broker-authority"), (auth["host"], auth["tls"], auth["ca"]));
    }

    [Fact]
    public async Task A_service_that_is_new_in_the_contract_is_deployed_with_all_it_asks_for()
    {
        using var contract = new ContractFile(Contracts.With(Contracts.Extra).Asking("thumbnailer/http"));
        var run = await StackRun.RunAsync(contract.Stack("prod"));

        var app = run.One(App, "thumbnailer");
        Assert.EndsWith($"/microblog/thumbnailer@{StackFile.Digest}", app.Text("template.containers.0.image"), StringComparison.Ordinal);
        Assert.Equal(("mb-prod-thumbnailer", 2.0, 5.0, 0.25, "0.5Gi", 45.0), (app.Text("containerAppName"), app["template.scale.minReplicas"], app["template.scale.maxReplicas"],
            app["template.containers.0.resources.cpu"], app.Text("template.containers.0.resources.memory"), app["template.terminationGracePeriodSeconds"]));
        Assert.Equal(["--quality", "80"], app.List("template.containers.0.args"));
        var env = app.Env();
        Assert.Equal(("https://mb-prod-apiservice.calm-sea.swedencentral.azurecontainerapps.io", "client-of-mb-prod-thumbnailer", "80", "secret:connection-redis"), (env["API"], env["AZURE_CLIENT_ID"], env["QUALITY"], env["ConnectionStrings__redis"]));
        Assert.Contains("Username=mb-prod-thumbnailer", env["ConnectionStrings__microblog"]);
        Assert.Equal(["/up", "/ready"], app.List("template.containers.0.probes").Select(probe => (string)Provisioned.Member(probe, "httpGet.path")!));
        Assert.Equal((false, 9000.0), (app["configuration.ingress.external"], app["configuration.ingress.targetPort"]));
        Assert.Equal("https://mb-prod-thumbnailer.internal.calm-sea.swedencentral.azurecontainerapps.io", run.One(App, "feedworker").Env()["PEER_0"]);
        Assert.Contains(run.All("authorization:RoleAssignment"), grant => grant.Name == "pull-thumbnailer-role" && grant.Text("principalId") == "principal-of-mb-prod-thumbnailer");
        Assert.Contains(run.All("authorization:RoleAssignment"), grant => grant.Name == "secret-connection-redis-thumbnailer-role");
        Assert.Contains(run.All("monitor:DiagnosticSetting"), one => one.Name == "app-thumbnailer-diagnostics");
    }

    [Fact]
    public async Task A_new_service_without_an_image_is_refused_by_its_key()
    {
        using var contract = new ContractFile(Contracts.With(Contracts.Extra));

        Assert.Contains("microblog:images.thumbnailer: is missing:", await StackRun.RefusalAsync(StackFile.Read("prod").Set("appModel", contract.Path)));
    }

    /// <summary>A contract where another program would write it.</summary>
    private sealed class ContractFile : IDisposable
    {
        private readonly AppContract _contract;

        public ContractFile(AppContract contract)
        {
            _contract = contract;
            File.WriteAllText(Path, AppContractJson.Write(contract));
        }

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"app-model-{Guid.NewGuid():N}.json");

        public StackFile Stack(string name) => StackFile.Read(name).Set("appModel", Path).Set("images", JsonSerializer.Serialize(_contract.Services.ToDictionary(service => service.Name, _ => StackFile.Digest)));

        public void Dispose() => File.Delete(Path);
    }
}
