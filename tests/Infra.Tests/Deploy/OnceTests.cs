namespace Microblog.Infra.Tests.Deploy;

/// <summary>What is done once for a subscription, and by hand.</summary>
public sealed class OnceTests : IDisposable
{
    private readonly Cloud _cloud = new();

    public OnceTests()
    {
        _cloud.Answer("az account show*--query id *", "echo 11111111-0000-0000-0000-000000000000");
        _cloud.Answer("az account show*tenantId*", "echo 22222222-0000-0000-0000-000000000000");
        _cloud.Answer("az ad signed-in-user*", "echo me");
        _cloud.Answer("az storage account show*", "echo /account");
        _cloud.Answer("az keyvault show*", "echo /vault");
    }

    [Fact]
    public async Task A_home_for_the_state_has_no_shared_key_keeps_what_is_deleted_and_is_locked()
    {
        var (exit, output, errors) = await _cloud.RunAsync("../pulumi-backend", ["swedencentral"]);

        Assert.True(exit == 0, errors);
        Assert.Contains(_cloud.Calls, call => call.StartsWith("az storage account create", StringComparison.Ordinal) && call.Contains("--sku Standard_GZRS", StringComparison.Ordinal) && call.Contains("--allow-shared-key-access false", StringComparison.Ordinal));
        Assert.Contains(_cloud.Calls, call => call.Contains("--enable-versioning true", StringComparison.Ordinal));
        Assert.Contains(_cloud.Calls, call => call.StartsWith("az keyvault create", StringComparison.Ordinal) && call.Contains("--enable-purge-protection true", StringComparison.Ordinal));
        Assert.StartsWith("az lock create", _cloud.Calls[^1], StringComparison.Ordinal);
        Assert.Matches(@"pulumi login 'azblob://state\?storage_account=mbstate[0-9a-f]{8}'\npulumi stack init STACK --secrets-provider 'azurekeyvault://mb-state-[0-9a-f]{8}\.vault\.azure\.net/keys/pulumi'", output);
    }

    [Fact]
    public async Task A_home_that_is_there_is_used_and_its_key_gets_no_second_version()
    {
        _cloud.Answer("az resource list*", "echo there");
        _cloud.Answer("az keyvault key list*", "echo pulumi");

        var (exit, _, errors) = await _cloud.RunAsync("../pulumi-backend", ["swedencentral", "mb-state"]);

        Assert.True(exit == 0, errors);
        Assert.DoesNotContain(_cloud.Calls, call => call.StartsWith("az storage account create", StringComparison.Ordinal) || call.StartsWith("az keyvault create", StringComparison.Ordinal) || call.StartsWith("az keyvault key create", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_approved_runs_of_the_environment_become_owner_and_pull_requests_may_look()
    {
        _cloud.Answer("az identity show*deploy*", "echo client-deploy principal-deploy");
        _cloud.Answer("az identity show*preview*", "echo client-preview principal-preview");

        var (exit, output, errors) = await _cloud.RunAsync("../deploy-identity", ["prod", "owner/microblog", "swedencentral"]);

        Assert.True(exit == 0, errors);
        Assert.Contains(_cloud.Calls, call => call.Contains("--identity-name mb-prod-deploy", StringComparison.Ordinal) && call.EndsWith("--subject repo:owner/microblog:environment:prod --output none", StringComparison.Ordinal));
        Assert.Contains(_cloud.Calls, call => call.Contains("--identity-name mb-prod-preview", StringComparison.Ordinal) && call.EndsWith("--subject repo:owner/microblog:pull_request --output none", StringComparison.Ordinal));
        var roles = _cloud.Calls.Where(call => call.StartsWith("az role assignment create", StringComparison.Ordinal)).ToList();
        Assert.Single(roles, role => role.Contains("--role Owner", StringComparison.Ordinal) && role.Contains("principal-deploy", StringComparison.Ordinal));
        Assert.DoesNotContain(roles, role => role.Contains("principal-preview", StringComparison.Ordinal) && (role.Contains("Owner", StringComparison.Ordinal) || role.Contains("Contributor", StringComparison.Ordinal)));
        Assert.Contains("AZURE_CLIENT_ID           client-deploy", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../pulumi-backend")]
    [InlineData("../deploy-identity", "prod", "microblog", "swedencentral")]
    [InlineData("../pulumi-backend", "swedencentral", "group", "more")]
    public async Task Wrong_arguments_are_told(string script, params string[] arguments)
    {
        var (exit, _, errors) = await _cloud.RunAsync(script, arguments);

        Assert.Equal(1, exit);
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_log_in_nothing_is_made()
    {
        _cloud.Answer("az account show*", "exit 1");

        var (exit, _, errors) = await _cloud.RunAsync("../pulumi-backend", ["swedencentral"]);

        Assert.Equal(1, exit);
        Assert.Contains("az login", errors, StringComparison.Ordinal);
        Assert.All(_cloud.Calls, call => Assert.Contains(" show ", call, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(":", 0)]
    [InlineData("exit 1", 1)]
    public async Task A_console_in_the_network_says_how_to_get_to_the_database_and_is_removed_whatever_happens(string shell, int exitCode)
    {
        _cloud.Answer("az identity show*clientId*", "echo client");
        _cloud.Answer("az identity show*--query id *", "echo /identity");
        _cloud.Answer("az containerapp job show*", """echo '{"properties":{"template":{"containers":[{"env":[{"name":"A","secretRef":"s"},{"name":"B","value":"Host=db.writer.example;Port=5432"}]}]}}}'""");
        _cloud.Answer("az containerapp exec*", shell);

        var (exit, _, errors) = await _cloud.RunAsync("database-console", ["prod"]);

        Assert.Equal(exitCode, exit);
        Assert.Contains("host=db.writer.example dbname=microblog user=mb-prod-migrations sslmode=verify-full", errors, StringComparison.Ordinal);
        Assert.Equal("az containerapp delete --name mb-prod-console --resource-group mb-prod-app --yes --output none", _cloud.Calls[^1]);
    }

    public void Dispose() => _cloud.Dispose();
}
