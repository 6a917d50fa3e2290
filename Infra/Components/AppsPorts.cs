using Microblog.Infra.AppModel;

namespace Microblog.Infra.Components;

/// <summary>What of a service can be reached through the environment's ingress; null where nothing can.</summary>
/// <param name="External">By Front Door; otherwise by the other services only.</param>
/// <param name="Target">The port behind the service's name.</param>
/// <param name="Further">Ports that other services ask for besides, reached by their number.</param>
public sealed record AppsPorts(bool External, PortSpec Target, IReadOnlyList<PortSpec> Further)
{
    /// <summary>The ports of a service that somebody uses. Ports for probes only need no ingress.</summary>
    public static AppsPorts? Of(ServiceSpec service, AppContract contract)
    {
        var asked = contract.Services.SelectMany(other => other.Environment).Select(variable => variable.Endpoint).ToHashSet();
        var used = service.Ports.Where(port => port.External || asked.Contains($"{service.Name}/{port.Name}")).OrderByDescending(port => port.External).ToList();
        return used is [var target, .. var further] ? new AppsPorts(target.External, target, further) : null;
    }

    /// <summary>How a port is reached from inside the environment.</summary>
    /// <param name="name">Name of the port.</param>
    /// <param name="app">Name of the container app.</param>
    /// <param name="domain">The environment's default domain.</param>
    public string Address(string name, string app, string domain)
    {
        var port = name == Target.Name ? Target : Further.Single(further => further.Name == name);
        return port == Target && port.Transport is not PortTransport.Tcp ? $"https://{Host(app, domain)}"
            : FormattableString.Invariant($"{(port.Transport is PortTransport.Tcp ? "tcp" : "http")}://{app}:{port.Port}");
    }

    /// <summary>The host name behind which <see cref="Target"/> is.</summary>
    public string Host(string app, string domain) => External ? $"{app}.{domain}" : $"{app}.internal.{domain}";
}
