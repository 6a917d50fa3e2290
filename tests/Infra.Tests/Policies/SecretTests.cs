using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

public sealed class SecretTests
{
    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task No_secret_stands_in_clear_in_the_state(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        var leaks =
            from resource in run.Resources
            from input in resource.Texts()
            where input.Text.Contains(StackFile.SecretMark, StringComparison.Ordinal) || IsEncodedSecret(input.Text)
            where !resource.SecretInputs.Contains(input.Path.Split('.')[0])
            select $"{resource} {input.Path}";
        Breach.None(leaks);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Secrets_reach_the_vault_and_nothing_else(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        var places = run.Resources.Where(resource => resource.Texts().Any(input => input.Text.Contains(StackFile.SecretMark, StringComparison.Ordinal) || IsEncodedSecret(input.Text))).Select(resource => resource.Kind).Distinct();

        Assert.Equal(["Secret"], places);
    }

    [Fact]
    public async Task The_address_that_alerts_are_posted_to_is_kept_encrypted()
    {
        var people = (await StackRun.RunAsync(StackFile.Read("prod").Secret("alertWebhook", $"https://{StackFile.SecretMark}.example/"))).One("monitor:ActionGroup");

        Assert.Equal(($"https://{StackFile.SecretMark}.example/", true), (people["webhookReceivers.0.serviceUri"], people["webhookReceivers.0.useCommonAlertSchema"]));
        Assert.Contains("webhookReceivers", people.SecretInputs);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task What_is_kept_in_the_vault_is_a_secret_output(string stack) =>
        Assert.All((await StackRun.OfAsync(stack)).All("keyvault:Secret"), secret => Assert.Contains("properties", secret.SecretInputs));

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Nothing_that_looks_like_a_password_is_written_into_the_program(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        var suspects =
            from resource in run.Resources
            from input in resource.Texts()
            where input.Path.Contains("password", StringComparison.OrdinalIgnoreCase) || input.Path.EndsWith("accountKey", StringComparison.OrdinalIgnoreCase)
            where input.Path is not "authConfig.passwordAuth" && !input.Path.EndsWith("disablePasswordAuthentication", StringComparison.Ordinal)
            select $"{resource} {input.Path}";
        Breach.None(suspects);
    }

    /// <summary>Start-up data of machines is base64.</summary>
    private static bool IsEncodedSecret(string text)
    {
        var buffer = new byte[text.Length];
        return text.Length > 200 && Convert.TryFromBase64String(text, buffer, out var length)
            && System.Text.Encoding.UTF8.GetString(buffer, 0, length).Contains(StackFile.SecretMark, StringComparison.Ordinal);
    }
}
