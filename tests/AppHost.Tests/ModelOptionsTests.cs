namespace Microblog.AppHost.Tests;

/// <summary>Mistakes on the command line end in one sentence that says what would be right.</summary>
public sealed class ModelOptionsTests
{
    [Theory]
    [InlineData("--backing", "docker", "--backing is \"docker\"; it must be one of auto, containers, native.")]
    [InlineData("--services", "some", "--services is \"some\"; it must be one of all, none.")]
    [InlineData("--api-replicas", "0", "--api-replicas is \"0\"; it must be a number from 1 to 32.")]
    [InlineData("--api-port", "http", "--api-port is \"http\"; it must be a number from 1 to 65535.")]
    [InlineData("--fresh=perhaps", "--ephemeral", "--fresh is \"perhaps\"; it must be one of false, true.")]
    public async Task An_unknown_value_is_refused_with_the_values_that_are_known(string option, string value, string expected)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Model.CreateAsync(option, value));
        Assert.Contains(expected, Messages(error));
    }

    [Fact]
    public async Task A_value_that_is_missing_is_asked_for()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Model.CreateAsync("--backing"));
        Assert.Contains("--backing needs a value", Messages(error));
    }

    private static string Messages(Exception? error) => error is null ? "" : $"{error.Message}\n{Messages(error.InnerException)}";
}
