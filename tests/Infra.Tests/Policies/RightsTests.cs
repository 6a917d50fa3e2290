using Microblog.Infra.AppModel;
using Microblog.Infra.Components;
using Microblog.Infra.Tests.Components;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

/// <summary>Who may do what: by roles only, on single things, each workload as itself.</summary>
public sealed class RightsTests
{
    /// <summary>Built-in roles that may be given. None of them can give rights to others.</summary>
    private static readonly string[] Roles =
    [
        "4633458b-17de-408a-b874-0445c86b69e6", // Key Vault Secrets User
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe", // Storage Blob Data Contributor
        "7f951dda-4ed3-4680-a7ca-43fe172d538d", // AcrPull
        "acdd72a7-3385-48ef-bd42-f606fba81ae7", // Reader
        "e5e2a7ff-d759-4cd2-bb51-3152d37e2eb1", // Storage Account Backup Contributor
        "c088a766-074b-43ba-90d4-1fb21feae531", // PostgreSQL Flexible Server Long Term Retention Backup Role
    ];

    /// <summary>What is for a whole group: the vault of backups looks for servers, and the drill makes and removes one.</summary>
    private static readonly string[] ForGroups = ["backup-group-role", "drill-in-group-role"];

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Rights_are_on_single_things_and_on_a_group_only_where_it_is_said_why(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        Breach.None(
            from grant in run.All("authorization:RoleAssignment")
            where !grant.Text("scope").Contains("/providers/", StringComparison.Ordinal) && !ForGroups.Contains(grant.Name)
            select $"{grant} is for all of {grant.Text("scope")}");
        Assert.All(run.All("authorization:RoleAssignment"), grant => Assert.Contains("/resourceGroups/mb-", grant.Text("scope")));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Roles_are_few_and_known_and_none_hands_out_rights(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var own = run.All("authorization:RoleDefinition");

        Breach.None(
            from grant in run.All("authorization:RoleAssignment")
            let role = grant.Text("roleDefinitionId")
            where !Roles.Contains(role.Split('/')[^1]) && !own.Any(one => CareTests.IdOf(one) == role)
            select $"{grant} gives {role}");
        Assert.All(own.SelectMany(role => role.List("permissions.0.actions")).Cast<string>(), action =>
        {
            Assert.DoesNotContain("*", action);
            Assert.DoesNotContain("Microsoft.Authorization", action);
        });
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Every_workload_runs_as_itself(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var workloads = run.Workloads().Concat(run.All("compute:VirtualMachine")).Where(one => one.Name != "restore-verify").ToList();

        Assert.All(workloads, one => Assert.Equal(("UserAssigned", 1), (one.Text("identity.type"), one.List("identity.userAssignedIdentities").Count)));
        var shared = workloads.Where(one => one.Kind != "VirtualMachine").GroupBy(one => one.Text("identity.userAssignedIdentities.0")).Where(group => group.Count() > 1);
        Breach.None(shared.Select(group => $"{string.Join(" and ", group)} both are {group.Key}"));
        // Only what it verifies for: tables and rights come with the backup.
        Assert.Equal(run.One("app:Job", Components.Contracts.Committed.Verification!.Service)["identity.userAssignedIdentities.0"], run.One("app:Job", "restore-verify")["identity.userAssignedIdentities.0"]);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task No_service_of_the_contract_may_be_called_like_something_of_this_program(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var own = run.Workloads().Select(one => one.Name)
            .Concat(run.All("managedidentity:UserAssignedIdentity").Select(one => one.Name["identity-".Length..]))
            .Except(Components.Contracts.Committed.Services.Select(service => service.Name)).Order().ToList();

        Assert.Equal(own, AppsCheck.OwnNames.Order());
    }

    [Theory]
    [InlineData("collector")]
    [InlineData("broker")]
    [InlineData("drill")]
    public async Task A_service_that_would_take_over_an_identity_is_refused(string name)
    {
        using var contract = new ContractFile(Components.Contracts.With(Components.Contracts.Extra with { Name = name }));

        Assert.Equal(
            $"app-model.json: the service \"{name}\" is called like something of this program; it would share its identity and with it its secrets. Call it something else.",
            (await StackRun.RefusalAsync(contract.Stack("prod"))).Replace(Path.GetFileName(contract.Path), AppModelReader.FileName, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secret_of_the_application_that_is_called_like_one_of_the_broker_is_refused()
    {
        using var contract = new ContractFile(Components.Contracts.Committed with { Secrets = [.. Components.Contracts.Committed.Secrets, new SecretSpec("broker-password")] });

        Assert.StartsWith("app-model.json: the secret \"broker-password\" would be set by microblog:brokerPassword, which this program reads for itself", await StackRun.RefusalAsync(contract.Stack("prod")));
    }
}
