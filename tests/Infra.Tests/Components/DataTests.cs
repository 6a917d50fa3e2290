using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

/// <summary>What holds for everything that holds data.</summary>
public sealed class DataTests
{
    private static readonly string[] Types = ["dbforpostgresql:Server", "redisenterprise:RedisEnterprise", "storage:StorageAccount", "keyvault:Vault", "containerregistry:Registry"];

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task It_has_a_private_endpoint_and_tells_the_workspace_of_itself(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        foreach (var holder in Types.SelectMany(run.All))
        {
            Assert.Single(run.All("network:PrivateEndpoint"), endpoint => endpoint.Name == $"{holder.Name}-endpoint");
            Assert.Single(run.All("monitor:DiagnosticSetting"), setting => setting.Name == $"{holder.Name}-diagnostics");
        }
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task It_is_locked_and_protected_unless_the_stack_does_without(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        foreach (var holder in Types.SelectMany(run.All))
        {
            Assert.Equal(stack != "dev", holder.IsProtected);
            Assert.Equal(stack != "dev", run.All("authorization:ManagementLockByScope").Any(held => held.Name == $"{holder.Name}-lock" && held.Text("level") == "CanNotDelete"));
        }
    }
}
