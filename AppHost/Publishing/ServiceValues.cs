using System.Globalization;
using Microblog.Infra.AppModel;

namespace Microblog.AppHost.Publishing;

/// <summary>Says of each value in the model what it comes from in a deployment. No value is looked up: a secret never gets here.</summary>
/// <param name="services">The ports of all services, by name of the service.</param>
internal sealed class ServiceValues(IReadOnlyDictionary<string, IReadOnlyList<PortSpec>> services)
{
    /// <summary>The variable with its source; null for the address of something that is not there in a deployment.</summary>
    /// <exception cref="AppHostException">The contract has no way to say it.</exception>
    public VariableSpec? Variable(string service, string name, object value) => value switch
    {
        PlatformValue platform => new(name, Platform: platform.Name),
        ParameterResource parameter => new(name, Secret: parameter.Name),
        ConnectionStringReference reference => Variable(service, name, reference.Resource),
        IResourceWithConnectionString connection => new(name, Connection: connection.Name),
        EndpointReference endpoint => Endpoint(name, endpoint),
        EndpointReferenceExpression { Property: EndpointProperty.Url } url => Endpoint(name, url.Endpoint),
        ReferenceExpression { IsConditional: false, Format: "{0}", ValueProviders: [var only] } => Variable(service, name, only),
        IResourceBuilder<IResource> builder => Variable(service, name, builder.Resource),
        _ => new(name, Literal($"{service}'s variable {name}", value)),
    };

    /// <summary>The text that a value has in every deployment.</summary>
    /// <exception cref="AppHostException">It has none.</exception>
    public string Literal(string what, object value) => value switch
    {
        string text => text,
        EndpointReferenceExpression { Property: EndpointProperty.TargetPort } port when Find(port.Endpoint) is { } found => found.Port.ToString(CultureInfo.InvariantCulture),
        EndpointReferenceExpression { Property: EndpointProperty.Scheme } scheme => scheme.Endpoint.Scheme,
        ReferenceExpression { IsConditional: false } expression =>
            string.Format(CultureInfo.InvariantCulture, expression.Format, [.. expression.ValueProviders.Select(part => Literal(what, part))]),
        IFormattable number and not IValueProvider => number.ToString(null, CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        IManifestExpressionProvider other => throw Unsayable(what, other.ValueExpression),
        _ => throw Unsayable(what, value.GetType().Name),
    };

    private VariableSpec? Endpoint(string name, EndpointReference endpoint) =>
        Find(endpoint) is { } port ? new VariableSpec(name, Endpoint: $"{endpoint.Resource.Name}/{port.Name}") : null;

    private PortSpec? Find(EndpointReference endpoint) =>
        services.TryGetValue(endpoint.Resource.Name, out var ports) ? ports.FirstOrDefault(port => port.Name == endpoint.EndpointName) : null;

    private static AppHostException Unsayable(string what, string value) => new(
        $"{what} is {value}, which cannot be published: a value is a text, a connection, a parameter, a value of the platform or the address of a service, and no mixture of them.");
}
