using System.Collections.Immutable;
using Pulumi;
using Pulumi.AzureNative.App;
using Pulumi.AzureNative.Resources;
using Pulumi.AzureNative.Resources.Inputs;
using Deployment = Pulumi.AzureNative.Resources.Deployment;

namespace Microblog.Infra.Components;

/// <summary>A private link connection as the environment lists it.</summary>
/// <param name="Name">Its name there, which Azure chose.</param>
/// <param name="Status"><c>Pending</c>, <c>Approved</c>, <c>Rejected</c> or <c>Disconnected</c>.</param>
/// <param name="Description">What whoever asked for it said.</param>
public sealed record EdgeConnection(string Name, string Status, string Description);

/// <summary>
/// Lets Front Door into the environment. It makes its private endpoint by itself and outside our subscription; what arrives is a connection that waits until
/// the environment's owner approves it.
/// <para>
/// The provider's own resource for such a connection cannot: it refuses to create what already exists, and this always does. A template can, for Azure
/// updates what exists. It names the connection, so a later <c>pulumi up</c> that finds the same one approved changes nothing. A preview before the origin
/// exists asks nobody.
/// </para>
/// </summary>
public static class EdgeApproval
{
    private const string Pending = "Pending";

    private const string Approved = "Approved";

    /// <summary>What Front Door says when it asks. It names the profile, so that the connection of somebody else, who knows only the environment, is not approved in its place.</summary>
    public static string Message(string frontDoorId) => $"Microblog's Front Door {frontDoorId}";

    /// <summary>Finds the connection to approve: one that waits, for it replaces an older one, else the one that is approved already.</summary>
    /// <exception cref="RunException">There is none; the message says what to do.</exception>
    public static string Choose(IReadOnlyCollection<EdgeConnection> connections, string message, string environment)
    {
        var ours = connections.Where(connection => connection.Description == message).OrderBy(connection => connection.Name, StringComparer.Ordinal).ToList();
        return ours.Find(connection => connection.Status == Pending)?.Name
            ?? ours.Find(connection => connection.Status == Approved)?.Name
            ?? throw new RunException(ours.Count == 0
                ? $"Front Door's request to connect to {environment} has not arrived there yet. Run 'pulumi up' again in a few minutes; nothing is lost, and until then no request gets through."
                : $"Front Door's connection to {environment} ({ours[0].Name}) is {ours[0].Status}: somebody has ended it. Delete it there, run 'pulumi up --replace' on the origin (edge-api-origin), and then 'pulumi up' once more.");
    }

    internal static Deployment Make(Context context, Groups groups, Apps apps, Output<string> message, Resource origin, CustomResourceOptions options)
    {
        var environment = GetManagedEnvironment.Invoke(
            new GetManagedEnvironmentInvokeArgs { ResourceGroupName = groups.App.Name, EnvironmentName = apps.EnvironmentName },
            new InvokeOutputOptions { Parent = options.Parent, DependsOn = { origin } });
        var connection = Output.Tuple(environment, message).Apply(found => Choose(
            [.. found.Item1.PrivateEndpointConnections.Select(one => new EdgeConnection(
                one.Name, one.PrivateLinkServiceConnectionState.Status ?? "", one.PrivateLinkServiceConnectionState.Description ?? ""))],
            found.Item2,
            context.Names.Of("apps")));
        return new Deployment("edge-approval", new DeploymentArgs
        {
            ResourceGroupName = groups.App.Name,
            DeploymentName = context.Names.Of("edge-approval"),
            Properties = new DeploymentPropertiesArgs
            {
                Mode = DeploymentMode.Incremental,
                Template = Template,
                Parameters =
                {
                    ["environment"] = Text(apps.EnvironmentName),
                    ["connection"] = Text(connection),
                    // Kept as it is: by it the connection is found again.
                    ["description"] = Text(message),
                },
            },
            Tags = context.Tags,
        }, options);
    }

    private static DeploymentParameterArgs Text(Output<string> value) => new() { Value = value.Apply(text => (object)text) };

    private static ImmutableDictionary<string, object> Template => Map(
        ("$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"),
        ("contentVersion", "1.0.0.0"),
        ("parameters", Map(("environment", Map(("type", "string"))), ("connection", Map(("type", "string"))), ("description", Map(("type", "string"))))),
        ("resources", ImmutableArray.Create<object>(Map(
            ("type", "Microsoft.App/managedEnvironments/privateEndpointConnections"),
            ("apiVersion", "2025-02-02-preview"),
            ("name", "[format('{0}/{1}', parameters('environment'), parameters('connection'))]"),
            ("properties", Map(("privateLinkServiceConnectionState", Map(("status", Approved), ("description", "[parameters('description')]")))))))));

    private static ImmutableDictionary<string, object> Map(params (string Key, object Value)[] members) => members.ToImmutableDictionary(member => member.Key, member => member.Value);
}
