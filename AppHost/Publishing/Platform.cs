using Microblog.Infra.AppModel;

namespace Microblog.AppHost.Publishing;

/// <summary>A value that only the platform of a deployment knows.</summary>
/// <param name="Name">One of <see cref="PlatformName"/>.</param>
public sealed record PlatformValue(string Name) : IValueProvider, IManifestExpressionProvider
{
    /// <inheritdoc/>
    public string ValueExpression => $"{{platform.{Name}}}";

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException($"There is no platform here that knows {Name}.");
}

/// <summary>The values that a platform knows.</summary>
internal static class Platform
{
    public static readonly PlatformValue PublicUrl = new(PlatformName.PublicUrl);
    public static readonly PlatformValue MediaContainerUrl = new(PlatformName.MediaContainerUrl);
    public static readonly PlatformValue MediaPublicUrl = new(PlatformName.MediaPublicUrl);
    public static readonly PlatformValue ForwardedFrom = new(PlatformName.ForwardedFrom);
    public static readonly PlatformValue ClientAddressHeader = new(PlatformName.ClientAddressHeader);
    public static readonly PlatformValue DatabasePoolerPort = new(PlatformName.DatabasePoolerPort);
    public static readonly PlatformValue DatabasePrincipals = new(PlatformName.DatabasePrincipals);
    public static readonly PlatformValue BrokerCaDirectory = new(PlatformName.BrokerCaDirectory);
    public static readonly PlatformValue ContactEmail = new(PlatformName.ContactEmail);

    /// <summary>
    /// What every process gets there, as it gets the dashboard's address here: where telemetry goes and under which name, and which identity it has.
    /// </summary>
    public static Dictionary<string, object> ForEveryProcess(string name) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = new PlatformValue(PlatformName.OtlpEndpoint),
        ["OTEL_SERVICE_NAME"] = name,
        ["AZURE_CLIENT_ID"] = new PlatformValue(PlatformName.IdentityClientId),
    };
}
