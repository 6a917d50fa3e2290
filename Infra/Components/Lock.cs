using Pulumi;
using Pulumi.AzureNative.Authorization;

namespace Microblog.Infra.Components;

/// <summary>
/// A lock against deletion, beside Pulumi's own protection: it also holds in the portal and for other tools. It holds for what belongs to the resource, too:
/// Azure does not take back a role on it (a service that is gone, a secret that is not read any more) nor an administrator of the database. Whoever has to sets
/// <c>protect</c> to false for one 'pulumi up' before.
/// </summary>
internal static class Lock
{
    /// <summary>Locks a resource that holds data, unless the stack does without protection.</summary>
    public static void Hold(Context context, Resource parent, string name, Input<string> resourceId)
    {
        if (context.Settings.Protect)
        {
            _ = new ManagementLockByScope($"{name}-lock", new ManagementLockByScopeArgs
            {
                LockName = "holds-data",
                Scope = resourceId,
                Level = LockLevel.CanNotDelete,
                Notes = "Holds data that cannot be made again. Remove the lock only to delete it for good, or to take back a role on it.",
            }, new CustomResourceOptions { Parent = parent });
        }
    }
}
