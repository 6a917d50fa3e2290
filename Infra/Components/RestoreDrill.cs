using System.Globalization;
using Microblog.Infra.AppModel;
using Pulumi;
using Pulumi.AzureNative.App;
using Pulumi.AzureNative.App.Inputs;
using Pulumi.AzureNative.ManagedIdentity;

namespace Microblog.Infra.Components;

/// <summary>
/// Tries every week whether the database can be restored. Two jobs: one has the Azure CLI and the right to restore; it starts the other, which has the product
/// and verifies what was restored with the command that the contract names. So the one's rights and the other's code never meet in one container, the verdict is
/// the platform's own, and the first can clean up after both.
/// </summary>
public sealed class RestoreDrill : ComponentResource
{
    private const string Workload = "drill";

    /// <summary>Of each of the two things that are removed, before the drill and after it. Removing does not count as restoring.</summary>
    private const int RemoveSeconds = 1_200;

    /// <summary>The verification ends by itself after 15 minutes; starting it takes a while as well.</summary>
    private const int VerifySeconds = 1_200;

    /// <summary>Makes jobs, identity and roles.</summary>
    public RestoreDrill(
        Resource parent, Context context, Groups groups, Network network, Identity identity, Database database, Apps apps, UserAssignedIdentity verifier, Job verify)
        : base("microblog:infra:RestoreDrill", "restore-drill", new ComponentResourceOptions { Parent = parent })
    {
        var own = identity.Of(Workload);
        var roles = new DrillRoles(this, context, groups, network, identity, own.PrincipalId, database.PrimaryId, verify.Id);
        var minutes = context.Settings.Operations.RestoreDrillMinutes;
        JobName = context.Names.Of("restore-drill");
        JobId = new Job("restore-drill", new JobArgs
        {
            ResourceGroupName = groups.App.Name,
            JobName = JobName,
            Location = context.Settings.Region.Name,
            EnvironmentId = apps.EnvironmentId,
            WorkloadProfileName = AppsReplicas.Consumption,
            Identity = UserAssigned(own),
            Configuration = new JobConfigurationArgs
            {
                TriggerType = TriggerType.Schedule,
                ScheduleTriggerConfig = new JobConfigurationScheduleTriggerConfigArgs { CronExpression = context.Settings.Operations.RestoreDrillCron, Parallelism = 1, ReplicaCompletionCount = 1 },
                // The script keeps to its limits by itself; this is for when it cannot. What is left then, the next drill removes.
                ReplicaTimeout = (minutes * 60) + (4 * RemoveSeconds) + 600,
                // A second try would hide how long the first took.
                ReplicaRetryLimit = 0,
            },
            Template = new JobTemplateArgs
            {
                Containers = new ContainerArgs
                {
                    Name = "restore",
                    Image = context.Settings.Backup.DrillImage,
                    Command = { "/bin/bash", "-c" },
                    Args = { Resource("restore-drill.sh") },
                    Resources = new ContainerResourcesArgs { Cpu = 0.5, Memory = "1Gi" },
                    Env =
                    {
                        Variable("AZURE_CLIENT_ID", own.ClientId),
                        // Container Apps answers only the newer of the two ways in which the CLI can ask for a token.
                        Variable("AZURE_CORE_USE_MSAL_MANAGED_IDENTITY", "true"),
                        Variable("SUBSCRIPTION_ID", groups.SubscriptionId),
                        Variable("TENANT_ID", groups.TenantId),
                        Variable("STACK", context.Settings.Stack),
                        Variable("LOCATION", context.Settings.Region.Name),
                        Variable("TEMPLATE", Resource("restore-drill.json")),
                        Variable("GROUP", groups.Backup.Name),
                        Variable("SERVER", Server(context, groups)),
                        Variable("ENDPOINT", context.Names.Of("drill-endpoint")),
                        Variable("SOURCE_ID", database.PrimaryId),
                        Variable("SUBNET_ID", network.EndpointsSubnetId),
                        Variable("ZONE_ID", network.PrivateZoneId("postgresqlServer")),
                        Variable("VERIFY_JOB_ID", verify.Id),
                        Variable("VERIFIER_ID", verifier.PrincipalId),
                        Variable("VERIFIER_NAME", verifier.Name),
                        Variable("LIMIT_SECONDS", Text(minutes * 60)),
                        Variable("REMOVE_SECONDS", Text(RemoveSeconds)),
                        // Azure ships the log at least every five minutes; this is what a restore to the last moment can reach for sure.
                        Variable("RESTORE_LAG_MINUTES", "15"),
                        Variable("POLL_SECONDS", "15"),
                    },
                },
            },
            Tags = context.Tags,
        }, new CustomResourceOptions { Parent = this, DependsOn = new InputList<Resource> { roles.Grants.Prepend(database.Ready).ToArray() } }).Id;
        RegisterOutputs();
    }

    /// <summary>Name of the job that restores.</summary>
    public string JobName { get; }

    /// <summary>Its id.</summary>
    public Output<string> JobId { get; }

    /// <summary>The drills of a stack in the logs, a row each, from the line that the script prints.</summary>
    public static string Query(string stack) =>
        $$"""
        ContainerAppConsoleLogs
        | where Log startswith '{"event":"restore-drill"'
        | extend Drill = parse_json(Log)
        | where tostring(Drill.stack) == '{{stack}}'
        | project TimeGenerated, Result = tostring(Drill.result), Reason = tostring(Drill.reason), RestorePoint = todatetime(Drill.restorePoint),
            RestoreSeconds = tolong(Drill.restoreSeconds), TotalSeconds = tolong(Drill.totalSeconds), LimitSeconds = tolong(Drill.limitSeconds), Removed = tobool(Drill.removed)
        """;

    /// <summary>
    /// The run that verifies. It has the identity of the service that the contract names, which owns the tables or has been granted them: rights inside the database
    /// come with the backup, and the drill makes the identity an administrator of the restored server, so that it gets in.
    /// </summary>
    public static AppsRun Verification(Context context, Groups groups, Identity identity, VerificationSpec verification)
    {
        var verifier = identity.Of(verification.Service);
        var connections = context.Model.Connections.Where(connection => connection.Kind == ConnectionKind.Postgres && verification.Connections.Contains(connection.Name));
        return new AppsRun(
            context.Model.Services.Single(service => service.Name == verification.Service),
            verification.Service,
            verification.Args,
            connections.ToDictionary(connection => connection.Name, connection => Output.Tuple(Server(context, groups), verifier.Name).Apply(parts =>
                DatabaseAddress.ConnectionString(DatabaseAddress.Server(parts.Item1), connection.Database!, parts.Item2))),
            VerifySeconds);
    }

    /// <summary>Always the same name, so that who verifies knows it beforehand and the next drill finds what one has left.</summary>
    private static Output<string> Server(Context context, Groups groups) => groups.SubscriptionId.Apply(subscription => context.Names.Global("drill", subscription));

    private static EnvironmentVarArgs Variable(string name, Input<string> value) => new() { Name = name, Value = value };

    private static ManagedServiceIdentityArgs UserAssigned(UserAssignedIdentity identity) => new() { Type = ManagedServiceIdentityType.UserAssigned, UserAssignedIdentities = identity.Id };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Resource(string name)
    {
        using var stream = typeof(RestoreDrill).Assembly.GetManifestResourceStream($"backup/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
