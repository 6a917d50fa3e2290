namespace Microblog.Infra.Tests.Graph;

public sealed class StackTests
{
    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Every_committed_stack_can_be_provisioned(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        foreach (var one in run.Resources) TestContext.Current.TestOutputHelper!.WriteLine($"{one} {string.Join(',', one.SecretInputs)}");
        Assert.NotEmpty(run.Resources);
    }
}
