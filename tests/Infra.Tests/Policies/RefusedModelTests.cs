using System.Text.Json.Nodes;
using Microblog.Infra.AppModel;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

/// <summary>A contract that cannot be provisioned ends 'pulumi up' with one sentence, before anything is registered.</summary>
public sealed class RefusedModelTests
{
    [Fact]
    public async Task Another_version_is_named_with_the_one_that_is_read() =>
        Assert.Matches("^.+ has version 2; this program reads version 1. Use the AppHost and Infra of the same commit", await RefusalAsync(contract => contract["version"] = 2));

    [Fact]
    public async Task A_connection_that_nothing_provides_is_named() => Assert.EndsWith(
        "the kind of the connection \"redis\", \"mongo\" is unknown; known are postgres, redis, rabbitmq. A new kind needs a component in Infra.",
        await RefusalAsync(contract => contract["connections"]![2]!["kind"] = "mongo"));

    [Fact]
    public async Task A_connection_that_is_not_declared_is_named_with_who_asks_for_it() => Assert.EndsWith(
        "the variable \"ConnectionStrings__microblog\" of the service \"migrations\" asks for the connection \"microblog\", which is not declared.",
        await RefusalAsync(contract => contract["connections"]!.AsArray().RemoveAt(0)));

    [Fact]
    public async Task A_service_without_an_image_is_named() =>
        Assert.EndsWith("the service \"migrations\" has no image.", await RefusalAsync(contract => contract["services"]![0]!.AsObject().Remove("image")));

    [Fact]
    public async Task A_file_that_is_not_there_is_named_with_the_command_that_writes_it() =>
        Assert.Matches("^nowhere/app-model.json cannot be read: .* It is written by: dotnet run --project AppHost", await StackRun.RefusalAsync(StackFile.Read("prod").Set("appModel", "nowhere/app-model.json")));

    [Theory]
    [InlineData("connections", "Redis")]
    [InlineData("secrets", "key_encryption")]
    public async Task A_name_that_azure_takes_for_no_secret_is_named(string list, string name)
    {
        var message = await RefusalAsync(contract =>
        {
            var old = (string)contract[list]![list == "connections" ? 2 : 0]!["name"]!;
            contract[list]![list == "connections" ? 2 : 0]!["name"] = name;
            foreach (var variable in contract["services"]!.AsArray().SelectMany(service => service!["environment"]!.AsArray()))
            {
                foreach (var source in new[] { "connection", "secret" }.Where(source => (string?)variable![source] == old))
                {
                    variable![source] = name;
                }
            }
        });

        Assert.Contains($"\"{name}\" cannot name a secret in Azure: lower-case letters, digits and hyphens only.", message);
    }

    private static async Task<string> RefusalAsync(Action<JsonNode> change)
    {
        var contract = JsonNode.Parse(await File.ReadAllTextAsync(AppModelReader.DefaultPath, TestContext.Current.CancellationToken))!;
        change(contract);
        var path = Path.Combine(Path.GetTempPath(), $"app-model-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(path, contract.ToJsonString(), TestContext.Current.CancellationToken);
        try
        {
            return await StackRun.RefusalAsync(StackFile.Read("prod").Set("appModel", path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
