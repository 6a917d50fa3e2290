namespace Aspire.Hosting.Engine;

/// <summary>Places in arguments and variables that are filled in only when one replica's process starts.</summary>
internal static class ProcessTokens
{
    public const string InstanceSuffix = "{{instance-suffix}}";

    public static string TargetPort(IResource resource, EndpointAnnotation endpoint) => $"{{{{target-port:{resource.Name}:{endpoint.Name}}}}}";

    public static string Fill(string text, Replica replica, ReplicaTable replicas)
    {
        if (!text.Contains("{{", StringComparison.Ordinal))
        {
            return text;
        }

        text = text.Replace(InstanceSuffix, replica.Suffix, StringComparison.Ordinal);
        foreach (var source in replicas.All.OrderByDescending(r => r == replica))
        {
            // The own port of a replica; another resource's port is definite only if that has a single replica.
            if (source == replica || (source.Resource != replica.Resource && replicas.Of(source.Resource).Count == 1))
            {
                foreach (var (endpoint, port) in source.TargetPorts)
                {
                    text = text.Replace(TargetPort(source.Resource, endpoint), port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
                }
            }
        }

        return text.Contains("{{target-port:", StringComparison.Ordinal)
            ? throw new DistributedApplicationException($"'{replica.Resource.Name}' needs the target port of a resource that has several replicas or none: {text}")
            : text;
    }
}
