namespace Microblog.Infra.Components;

/// <summary>Built-in roles by id (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles).</summary>
internal static class Roles
{
    public const string KeyVaultSecretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
    public const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    public const string AcrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
    public const string Reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
    public const string StorageAccountBackupContributor = "e5e2a7ff-d759-4cd2-bb51-3152d37e2eb1";
    public const string PostgresLongTermBackup = "c088a766-074b-43ba-90d4-1fb21feae531";
}
