namespace Microblog.Infra.AppModel;

/// <summary>What has to be true of a service.</summary>
internal static class ServiceRules
{
    /// <summary>A sentence for each broken rule.</summary>
    public static IEnumerable<string> Broken(ServiceSpec service, AppContract contract) => Own(service)
        .Concat(AppModelRules.Duplicates($"service \"{service.Name}\"'s port", service.Ports.Select(port => port.Name)))
        .Concat(AppModelRules.Duplicates($"service \"{service.Name}\"'s variable", service.Environment.Select(variable => variable.Name)))
        .Concat(service.Ports.SelectMany(port => AppModelRules.Unknown($"the transport of \"{service.Name}\"'s port \"{port.Name}\",", port.Transport, PortTransport.All)))
        .Concat(Probes(service))
        .Concat(service.Environment.SelectMany(variable => Variable(service, variable, contract)))
        .Concat(Neighbours(service, contract));

    private static IEnumerable<string> Own(ServiceSpec service)
    {
        foreach (var problem in AppModelRules.Unknown($"the role of the service \"{service.Name}\",", service.Role, ServiceRole.All))
        {
            yield return problem;
        }

        if (string.IsNullOrWhiteSpace(service.Image))
        {
            yield return $"the service \"{service.Name}\" has no image.";
        }

        if (service.Role is ServiceRole.Api && service.Ports.Count == 0)
        {
            yield return $"the service \"{service.Name}\" answers requests but has no port.";
        }

        if (service.Replicas.Min < 0 || service.Replicas.Max < Math.Max(1, service.Replicas.Min))
        {
            yield return $"the service \"{service.Name}\" is to have from {service.Replicas.Min} to {service.Replicas.Max} replicas; that is no range.";
        }

        if (!(service.Cpu > 0) || !(service.MemoryGiB > 0))
        {
            yield return $"the service \"{service.Name}\" is to have {service.Cpu} cores and {service.MemoryGiB} GiB of memory; both must be more than nothing.";
        }
    }

    private static IEnumerable<string> Probes(ServiceSpec service) => (service.Probes?.All() ?? [])
        .Where(probe => service.Ports.All(port => port.Name != probe.Probe.Port))
        .Select(probe => $"the {probe.Name} probe of the service \"{service.Name}\" asks the port \"{probe.Probe.Port}\", which that service does not have.");

    private static IEnumerable<string> Variable(ServiceSpec service, VariableSpec variable, AppContract contract)
    {
        var name = $"the variable \"{variable.Name}\" of the service \"{service.Name}\"";
        var sources = new[] { variable.Value, variable.Connection, variable.Secret, variable.Platform, variable.Endpoint }.Count(source => source is not null);
        if (sources != 1)
        {
            yield return $"{name} has {sources} sources; exactly one of value, connection, secret, platform and endpoint must be given.";
        }

        if (variable.Connection is { } connection && contract.Connections.All(known => known.Name != connection))
        {
            yield return $"{name} asks for the connection \"{connection}\", which is not declared.";
        }

        if (variable.Secret is { } secret && contract.Secrets.All(known => known.Name != secret))
        {
            yield return $"{name} asks for the secret \"{secret}\", which is not declared.";
        }

        foreach (var problem in variable.Platform is { } platform ? AppModelRules.Unknown($"{name} asks for the platform value", platform, PlatformName.All) : [])
        {
            yield return problem.Replace(" is unknown;", ", which is unknown;", StringComparison.Ordinal);
        }

        if (variable.Endpoint is { } endpoint && !contract.Services.Any(other => other.Ports.Any(port => $"{other.Name}/{port.Name}" == endpoint)))
        {
            yield return $"{name} asks for the endpoint \"{endpoint}\", which no service has.";
        }
    }

    private static IEnumerable<string> Neighbours(ServiceSpec service, AppContract contract)
    {
        foreach (var other in service.WaitsFor.Where(other => contract.Services.All(known => known.Name != other)))
        {
            yield return $"the service \"{service.Name}\" waits for \"{other}\", which does not exist.";
        }

        foreach (var queue in (service.Scale?.Queues ?? []).Where(queue => contract.Broker.Queues.All(known => known.Name != queue.Queue)))
        {
            yield return $"the service \"{service.Name}\" scales by the queue \"{queue.Queue}\", which is not declared.";
        }
    }
}
