#pragma warning disable ASPIREPROBES001 // probes are still marked experimental

using System.Text.Json.Nodes;
using System.Xml.Linq;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Json.Schema;

namespace Microblog.AppHost.Tests;

/// <summary>The step that hands the model over to the Pulumi program; nothing is started.</summary>
public sealed class PublishTests
{
    [Fact]
    public async Task The_committed_contract_is_what_the_model_publishes()
    {
        using var directory = new TemporaryDirectory();
        await using var builder = await PublishedModel.CreateAsync(directory.Path);
        await PublishedModel.RunAsync(builder);

        var written = await File.ReadAllBytesAsync(Path.Combine(directory.Path, "app-model.json"));
        var committed = await File.ReadAllBytesAsync(PublishedModel.CommittedFile);
        Assert.True(
            written.AsSpan().SequenceEqual(committed),
            $"Infra/app-model.json is stale. Write it again with: {PublishedModel.Command}");
    }

    [Fact]
    public async Task The_contract_keeps_to_its_schema()
    {
        var schema = JsonSchema.FromText(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Infra", "app-model.schema.json")));
        var contract = JsonNode.Parse(await File.ReadAllTextAsync(PublishedModel.CommittedFile))!;
        Assert.Empty(Violations(schema, contract));

        contract["services"]![0]!["environment"]![0]!["value"] = "a second source";
        Assert.NotEmpty(Violations(schema, contract));
    }

    [Fact]
    public async Task Publishing_everything_includes_the_contract_and_puts_its_schema_beside_it()
    {
        using var directory = new TemporaryDirectory();
        await using var builder = await PublishedModel.CreateAsync(directory.Path, "publish");
        await PublishedModel.RunAsync(builder);

        Assert.Equal(["app-model.json", "app-model.schema.json"], Directory.GetFiles(directory.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task The_output_path_may_name_a_file()
    {
        using var directory = new TemporaryDirectory();
        await using var builder = await PublishedModel.CreateAsync(Path.Combine(directory.Path, "new", "model.json"));
        await PublishedModel.RunAsync(builder);

        Assert.True(File.Exists(Path.Combine(directory.Path, "new", "model.json")));
    }

    [Fact]
    public async Task A_service_added_to_the_model_appears_with_its_image_probes_and_settings()
    {
        var contract = await PublishedModel.PublishAsync(builder => builder.AddProject("mailer", Path.Combine(Repository.Root, "eng", "Seed", "Seed.csproj"), options => options.ExcludeLaunchProfile = true)
            .WithHttpEndpoint()
            .WithHttpProbe(ProbeType.Readiness, "/ready", periodSeconds: 7)
            .WithEnvironment("Mailer__Sender", "noreply")
            .WithReference(Connection(builder, "microblog"))
            .WithReference(builder.CreateResourceBuilder((ProjectResource)Model.Get(builder, "apiservice")).GetEndpoint("http"))
            .WaitForCompletion(builder.CreateResourceBuilder(Model.Get(builder, "migrations"))));

        // The tests of Infra provision the committed contract with this service, so this is the first half of the way from a new project to Azure.
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(PublishedModel.CommittedFile))!;
        expected["services"]!.AsArray().Add(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "Infra.Tests", "AppModel", "mailer.json"))));
        Assert.True(JsonNode.DeepEquals(expected, contract), contract.ToJsonString());
    }

    [Fact]
    public async Task The_contract_says_where_a_secret_comes_from_and_never_what_it_is()
    {
        const string secret = "0123456789012345678901234567890123456789012345678901234567890123";
        var contract = await PublishedModel.PublishAsync(change: null, $"--Parameters:key-encryption-key={secret}", $"--Parameters:postgres-password={secret}");
        Assert.DoesNotContain(secret, contract.ToJsonString());
        Assert.Contains("\"secret\":\"key-encryption-key\"", contract.ToJsonString());
    }

    [Fact]
    public async Task A_connection_that_no_deployment_provides_is_refused_by_name()
    {
        var error = await RefusedAsync(builder => Worker(builder).WithReference(builder.AddConnectionString("mongo", ReferenceExpression.Create($"mongodb://somewhere"))));
        Assert.StartsWith("mailer refers to mongo, a ConnectionStringResource. A deployment has no counterpart for it;", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_string_from_outside_is_a_secret_that_the_deployment_supplies()
    {
        var contract = await PublishedModel.ContractAsync(builder => Worker(builder).WithReference(builder.AddConnectionString("mongo")));
        Assert.Contains(contract.Secrets, secret => secret.Name == "mongo");
        Assert.Equal("mongo", contract.Services.Single(service => service.Name == "mailer").Environment.Single(variable => variable.Name == "ConnectionStrings__mongo").Secret);
    }

    [Fact]
    public async Task A_container_that_is_no_known_server_is_refused_by_name()
    {
        var error = await RefusedAsync(builder => builder.AddContainer("nats", "nats", "2.11"));
        Assert.Equal("nats is a ContainerResource; a deployment runs projects. Make it one, or leave it out with ExcludeFromManifest().", error);
    }

    [Fact]
    public async Task A_model_without_services_is_not_published()
    {
        var error = await Assert.ThrowsAsync<AppHostException>(() => PublishedModel.ContractAsync(change: null, "--services", "none"));
        Assert.Equal("The model has no service to publish; leave out --services none.", error.Message);
    }

    [Fact]
    public async Task A_value_that_mixes_a_secret_with_text_is_refused_by_name()
    {
        var error = await RefusedAsync(builder => Worker(builder).WithEnvironment("SMTP_URL", $"smtp://user:{builder.AddParameter("smtp-password", secret: true)}@mail"));
        Assert.StartsWith("mailer's variable SMTP_URL is {smtp-password.value}, which cannot be published", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_are_called_as_the_projects_call_them()
    {
        var contract = await PublishedModel.ContractAsync();
        Assert.All(contract.Services, service =>
        {
            var project = XDocument.Load(Path.Combine(Repository.Root, service.Project, $"{service.Project}.csproj"));
            Assert.All(project.Descendants("ContainerRepository"), repository => Assert.Equal(repository.Value, service.Image));
        });
    }

    [Fact]
    public async Task A_run_on_this_machine_knows_nothing_of_a_platform()
    {
        await using var model = await Model.CreateAsync("--backing", "native");
        foreach (var name in new[] { "migrations", "apiservice", "feedworker" })
        {
            var environment = await Model.EnvironmentAsync(model, name);
            Assert.DoesNotContain(environment, variable => variable.Value is AppHost.Publishing.PlatformValue || variable.Key is "SSL_CERT_DIR" or "AZURE_CLIENT_ID");
        }
    }

    private static IReadOnlyList<string> Violations(JsonSchema schema, JsonNode contract)
    {
        var results = schema.Evaluate(System.Text.Json.JsonSerializer.SerializeToElement(contract), new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid ? [] : [.. (results.Details ?? []).Where(detail => detail.Errors is not null).Select(detail => $"{detail.InstanceLocation}: {string.Join(' ', detail.Errors!.Values)}")];
    }

    private static async Task<string> RefusedAsync(Action<IDistributedApplicationTestingBuilder> change) =>
        (await Assert.ThrowsAsync<AppHostException>(() => PublishedModel.ContractAsync(change))).Message;

    private static IResourceBuilder<ProjectResource> Worker(IDistributedApplicationTestingBuilder builder) =>
        builder.AddProject("mailer", Path.Combine(Repository.Root, "eng", "Seed", "Seed.csproj"), options => options.ExcludeLaunchProfile = true);

    private static IResourceBuilder<IResourceWithConnectionString> Connection(IDistributedApplicationTestingBuilder builder, string name) =>
        builder.CreateResourceBuilder((IResourceWithConnectionString)Model.Get(builder, name));
}
