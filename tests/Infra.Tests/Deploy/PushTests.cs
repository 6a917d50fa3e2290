using System.Text.Json;
using Microblog.Infra.AppModel;

namespace Microblog.Infra.Tests.Deploy;

/// <summary>How images get into the registry, and what is done by hand beside releases.</summary>
public sealed class PushTests : IDisposable
{
    private const string Token = "hush-token-of-the-registry";

    private readonly Cloud _cloud = new();

    public PushTests()
    {
        _cloud.Answer("az acr list*", "echo mbprodimages12345");
        _cloud.Answer("az acr show*", "echo mbprodimages12345.example");
        _cloud.Answer("git*", "echo 0123456789ab");
        _cloud.Answer("docker image inspect*", $"echo other.example/x@{Cloud.Old}; echo mbprodimages12345.example/microblog/aspnet-vips@{Cloud.Old}");
        _cloud.Answer("dotnet publish*ApiService*", $"echo {Cloud.New}");
        _cloud.Answer("dotnet publish*FeedWorker*", $"echo {Cloud.Old}");
    }

    [Fact]
    public async Task Every_project_is_built_once_and_every_service_gets_its_digest()
    {
        var (exit, _, errors) = await _cloud.RunAsync("push-images", ["prod", _cloud.Images]);

        Assert.True(exit == 0, errors);
        var images = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(_cloud.Images, TestContext.Current.CancellationToken))!;
        var services = AppModelReader.ReadFile(AppModelReader.DefaultPath).Services;
        Assert.Equal(services.ToDictionary(service => service.Name, service => service.Project == "ApiService" ? Cloud.New : Cloud.Old), images);
        var builds = _cloud.Calls.Where(call => call.StartsWith("dotnet publish", StringComparison.Ordinal)).ToList();
        Assert.Equal(services.Select(service => service.Project).Distinct().Count(), builds.Count);
        Assert.All(builds, build => Assert.Contains($"-p:ApiBaseImage=mbprodimages12345.example/microblog/aspnet-vips@{Cloud.Old}", build, StringComparison.Ordinal));
        Assert.DoesNotContain(_cloud.Changes, change => change.Contains("acr update", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("exit 1")]
    [InlineData("echo warning: no digest")]
    public async Task A_registry_that_was_opened_is_closed_again_even_when_the_push_fails(string push)
    {
        _cloud.Answer("dotnet publish*FeedWorker*", push);

        var (exit, _, _) = await _cloud.RunAsync("push-images", ["prod", _cloud.Images, "--open"], ("DEPLOY_ADDRESS", "203.0.113.7"));

        Assert.NotEqual(0, exit);
        Assert.Equal(
        [
            "az acr update --name mbprodimages12345 --public-network-enabled true --default-action Deny", "az acr network-rule add --name mbprodimages12345 --ip-address 203.0.113.7",
            "az acr network-rule remove --name mbprodimages12345 --ip-address 203.0.113.7", "az acr update --name mbprodimages12345 --public-network-enabled false",
        ], _cloud.Changes);
    }

    [Fact]
    public async Task A_registry_out_of_reach_ends_in_a_remedy()
    {
        _cloud.Answer("az acr login*", "exit 1");

        var (exit, _, errors) = await _cloud.RunAsync("push-images", ["prod", _cloud.Images]);

        Assert.NotEqual(0, exit);
        Assert.Contains("--open", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_images_that_run_can_be_taken_over_into_the_configuration()
    {
        var (exit, output, errors) = await _cloud.RunAsync("running-images", ["organization/microblog/prod", "--set"]);

        Assert.True(exit == 0, errors);
        Assert.All(JsonSerializer.Deserialize<Dictionary<string, string>>(output)!.Values, digest => Assert.Equal(Cloud.Old, digest));
        Assert.Equal(3, _cloud.Calls.Count(call => call.Contains("config set --stack organization/microblog/prod --plaintext --path microblog:images.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("push-images", "prod")]
    [InlineData("begin", "prod")]
    [InlineData("begin", "Production")]
    [InlineData("introduce", "prod")]
    [InlineData("shift-traffic", "prod", "0")]
    [InlineData("running-images", "prod", "--get")]
    public async Task Wrong_arguments_are_told_and_change_nothing(string script, params string[] arguments)
    {
        var (exit, _, errors) = await _cloud.RunAsync(script, arguments);

        Assert.Equal(1, exit);
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Empty(_cloud.Changes);
    }

    [Fact]
    public async Task What_the_tools_know_of_secrets_is_not_printed_by_the_scripts()
    {
        _cloud.Answer("az acr login*", $"export PASSWORD={Token}");
        _cloud.Answer("pulumi *config set*", $"[ \"$SECRET\" = {Token} ]");

        var (pushed, pushOutput, pushErrors) = await _cloud.RunAsync("push-images", ["prod", _cloud.Images, "--open"], ("SECRET", Token));
        var (released, output, errors) = await _cloud.RunAsync("release", ["prod", _cloud.Images], ("SECRET", Token), ("PULUMI_ACCESS_TOKEN", Token), ("PULUMI_CONFIG_PASSPHRASE", Token));

        Assert.Equal((0, 0), (pushed, released));
        Assert.DoesNotContain(Token, pushOutput + pushErrors + output + errors + string.Join('\n', _cloud.Calls), StringComparison.Ordinal);
    }

    public void Dispose() => _cloud.Dispose();
}
