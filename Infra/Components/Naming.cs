using System.Security.Cryptography;
using System.Text;

namespace Microblog.Infra.Components;

/// <summary>
/// Names in Azure. Explicit ones, because other systems refer to them, and because a replacement must not change them. Those that are global carry five
/// characters made from subscription and stack, so that two installations do not meet.
/// </summary>
/// <param name="stack">Name of the stack, at most 12 characters.</param>
public sealed class Naming(string stack)
{
    /// <summary>A name that is unique within the resource group: <c>mb-prod-api</c>.</summary>
    public string Of(string part) => $"mb-{stack}-{part}";

    /// <summary>A globally unique name with hyphens: <c>mb-prod-db-1a2b3</c>.</summary>
    public string Global(string part, string subscriptionId) => $"mb-{stack}-{part}-{Hash(subscriptionId)}";

    /// <summary>A globally unique name of lower-case letters and digits only, at most 24 characters, as storage accounts and registries want: <c>mbprodmedia1a2b3</c>.</summary>
    public string Compact(string part, string subscriptionId)
    {
        var name = $"mb{stack}{part}".Replace("-", "", StringComparison.Ordinal);
        return name[..Math.Min(name.Length, 19)] + Hash(subscriptionId);
    }

    /// <summary>For what Azure wants a GUID as a name of, such as a role assignment: the same for the same scope, principal and role, so that a lost state does not make a second one.</summary>
    public static string UniqueId(params string[] parts) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))).AsSpan(0, 16)).ToString();

    private string Hash(string subscriptionId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{subscriptionId}/{stack}")))[..5];
}
