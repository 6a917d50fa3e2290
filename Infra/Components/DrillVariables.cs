using Microblog.Infra.AppModel;
using Microblog.Infra.Settings;

namespace Microblog.Infra.Components;

/// <summary>What the verification finds in its environment; pure, so that it can be tested without a cloud.</summary>
public static class DrillVariables
{
    /// <summary>
    /// The variables of the verifying service that matter to a verification: its identity, plain values, secrets, and the connections that the contract names,
    /// all of which lead to the restored server. Whatever else leads to the production system is left out: a drill must not be able to reach it.
    /// </summary>
    public static IReadOnlyList<DrillVariable> Of(AppContract model, VerificationSpec verification, StackSettings settings)
    {
        var variables = new SortedDictionary<string, DrillVariable>(StringComparer.Ordinal);
        foreach (var (name, value) in settings.Environment)
        {
            variables[name] = new DrillVariable(name, Value: value);
        }
        foreach (var variable in model.Services.Single(service => service.Name == verification.Service).Environment)
        {
            if (variable.Connection is { } connection)
            {
                variables.Remove(variable.Name);
                if (verification.Connections.Contains(connection) && model.Connections.Single(known => known.Name == connection) is { Kind: ConnectionKind.Postgres, Database: { } database })
                {
                    variables[variable.Name] = new DrillVariable(variable.Name, Database: database);
                }
            }
            else if (!settings.Environment.ContainsKey(variable.Name) && Plain(variable, settings) is { } plain)
            {
                variables[variable.Name] = plain;
            }
        }
        return [.. variables.Values];
    }

    private static DrillVariable? Plain(VariableSpec variable, StackSettings settings) => variable switch
    {
        { Value: { } value } => new(variable.Name, Value: value),
        { Secret: { } secret } => new(variable.Name, Secret: secret),
        { Platform: PlatformName.IdentityClientId } => new(variable.Name, IsIdentity: true),
        { Platform: PlatformName.EnvironmentName } => new(variable.Name, Value: settings.Stack),
        _ => null,
    };
}

/// <summary>An environment variable of the verification; exactly one source is set.</summary>
/// <param name="Name">As the process reads it.</param>
/// <param name="Value">The value itself.</param>
/// <param name="Database">A connection string to this database of the restored server.</param>
/// <param name="Secret">A secret of the application.</param>
/// <param name="IsIdentity">The client id of the identity that it runs under.</param>
public sealed record DrillVariable(string Name, string? Value = null, string? Database = null, string? Secret = null, bool IsIdentity = false);
