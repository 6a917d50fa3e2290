using Pulumi;

namespace Microblog.Infra.Components;

public sealed class Backup(string type = "microblog:infra:Backup") : ComponentResource(type, "backup")
{
    public Output<string>? VaultId { get; } = Output.Create("/x/dataprotection/BackupVault/backup");

    public string? DrillJobName { get; } = "mb-prod-restore-drill";
}
