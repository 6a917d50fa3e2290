using System.Text.Json;
using Pulumi;

namespace Microblog.StandIns.Tests;

public sealed class ConfigTests
{
    [Fact]
    public async Task Values_are_read_by_type_below_the_project()
    {
        await WithConfigAsync(
            """{"project:text":"x","project:flag":"true","project:count":"3","project:ratio":"0.5","project:list":"[1,2]","project:config:old":"y","other:text":"z"}""",
            () =>
            {
                var config = new Config();
                Assert.Equal("x", config.Require("text"));
                Assert.True(config.RequireBoolean("flag"));
                Assert.Equal(3, config.RequireInt32("count"));
                Assert.Equal(0.5, config.RequireDouble("ratio"));
                Assert.Equal([1, 2], config.RequireObject<int[]>("list"));
                Assert.Equal("y", config.Get("old"));
                Assert.Equal("z", new Config("other").Get("text"));
                Assert.Null(config.Get("missing"));
                Assert.Null(config.GetInt32("missing"));
                Assert.Null(config.GetSecret("missing"));
                Assert.Null(config.GetObject<int[]>("missing"));
            });
    }

    [Fact]
    public async Task Values_asked_for_as_secrets_are_secret()
    {
        Output<string>? text = null;
        Output<int[]>? list = null;
        await WithConfigAsync("""{"project:password":"pw","project:list":"[1]"}""", () =>
        {
            text = new Config().RequireSecret("password");
            list = new Config().GetSecretObject<int[]>("list", JsonSerializerOptions.Default);
        });

        Assert.Equal("pw", await text!.ValueAsync());
        Assert.True(await text!.IsSecretAsync());
        Assert.True(await list!.IsSecretAsync());
    }

    [Fact]
    public async Task A_missing_key_says_how_to_set_it()
    {
        var failure = await Assert.ThrowsAsync<RunException>(() => WithConfigAsync("{}", () => new Config().Require("size")));

        Assert.Equal(
            "Missing Required configuration variable 'project:size'\n\tplease set a value using the command `pulumi config set project:size <value>`",
            failure.Message);
    }

    [Theory]
    [InlineData("Int32")]
    [InlineData("Boolean")]
    [InlineData("Double")]
    public async Task A_value_of_another_type_is_named(string type)
    {
        var failure = await Assert.ThrowsAsync<RunException>(() => WithConfigAsync("""{"project:size":"large"}""", () =>
        {
            var config = new Config();
            _ = type switch
            {
                "Int32" => (object?)config.GetInt32("size"),
                "Boolean" => config.GetBoolean("size"),
                _ => config.GetDouble("size"),
            };
        }));

        Assert.Equal($"Configuration 'project:size' value 'large' is not a valid {type}", failure.Message);
    }

    [Fact]
    public async Task Json_that_is_none_is_named_with_the_type_it_should_have_been()
    {
        var failure = await Assert.ThrowsAsync<RunException>(() =>
            WithConfigAsync("""{"project:list":"one, two"}""", () => new Config().RequireObject<int[]>("list")));

        Assert.Equal("Configuration 'project:list' value 'one, two' is not a valid System.Int32[]", failure.Message);
    }

    private static async Task WithConfigAsync(string json, Action program)
    {
        Environment.SetEnvironmentVariable("PULUMI_CONFIG", json);
        try
        {
            await new Provider().RunAsync(program);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PULUMI_CONFIG", null);
        }
    }
}
