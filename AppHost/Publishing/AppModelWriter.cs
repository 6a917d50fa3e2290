using System.Text.Json;
using Microblog.Contracts;
using Microblog.Infra.AppModel;

namespace Microblog.AppHost.Publishing;

/// <summary>Turns the model into the contract that a deployment is made from.</summary>
public static class AppModelWriter
{
    /// <summary>The contract of a model in publish mode.</summary>
    /// <exception cref="AppHostException">Something in the model has no counterpart in a deployment.</exception>
    public static async Task<AppContract> CreateAsync(DistributedApplicationModel model, DistributedApplicationExecutionContext execution, CancellationToken cancellationToken = default)
    {
        var resources = model.Resources.Where(resource => !resource.IsExcludedFromPublish()).ToList();
        var projects = resources.OfType<ProjectResource>().ToList();
        RefuseOthers(resources);
        if (projects.Count == 0)
        {
            throw new AppHostException("The model has no service to publish; leave out --services none.");
        }

        var ports = projects.ToDictionary(project => project.Name, project => ServicePorts.Of(project));
        var jobs = projects.SelectMany(project => project.Annotations.OfType<WaitAnnotation>()).Where(wait => wait.WaitType is WaitType.WaitForCompletion).Select(wait => wait.Resource.Name).ToHashSet();
        var reader = new ServiceReader(execution, ports, jobs);
        var services = new List<ServiceSpec>();
        var connections = new Dictionary<string, ConnectionSpec>();
        var secrets = new Dictionary<string, SecretSpec>();
        foreach (var project in projects)
        {
            var (service, sources) = await reader.ReadAsync(project, cancellationToken);
            services.Add(service);
            foreach (var source in sources)
            {
                if (source is ParameterResource parameter)
                {
                    secrets[parameter.Name] = new SecretSpec(parameter.Name, (parameter.Default as GenerateParameterDefault)?.MinLength);
                }
                else
                {
                    connections[source.Name] = Connections.Of(source, project.Name);
                }
            }
        }

        return new AppContract(
            "./app-model.schema.json", AppContract.CurrentVersion, [.. connections.Values], [.. secrets.Values], services, Broker(), Routes(projects), Verification(projects, services));
    }

    /// <summary>A server is provided by the platform, for those who refer to it; any other container or program would be missing there.</summary>
    private static void RefuseOthers(IEnumerable<IResource> resources)
    {
        foreach (var other in resources.Where(resource => resource is ContainerResource or ExecutableResource).Where(resource => resource is not IResourceWithConnectionString))
        {
            throw new AppHostException($"{other.Name} is a {other.GetType().Name}; a deployment runs projects. Make it one, or leave it out with ExcludeFromManifest().");
        }
    }

    private static BrokerSpec Broker() => new(
        Connections.VirtualHost,
        [.. BrokerDeclarations.Exchanges.Select(exchange => new ExchangeSpec(exchange.Name, exchange.Type, Durable: true))],
        [.. BrokerDeclarations.Queues.Select(queue => new QueueSpec(queue.Name, Durable: true, Arguments(queue.Arguments)))],
        [.. BrokerDeclarations.Bindings.Select(binding => new BindingSpec(binding.Exchange, binding.Queue, binding.RoutingKey, binding.Arguments.Count == 0 ? null : Arguments(binding.Arguments)))]);

    private static Dictionary<string, JsonElement> Arguments(IReadOnlyDictionary<string, object?> arguments) =>
        arguments.OrderBy(argument => argument.Key, StringComparer.Ordinal).ToDictionary(argument => argument.Key, argument => JsonSerializer.SerializeToElement(argument.Value));

    private static RoutesSpec Routes(IReadOnlyList<ProjectResource> projects) =>
        Only(projects, (PublicRoutes routes) => routes.Routes, "public routes") ?? new RoutesSpec([], []);

    private static VerificationSpec? Verification(IReadOnlyList<ProjectResource> projects, IReadOnlyList<ServiceSpec> services)
    {
        var owner = projects.FirstOrDefault(project => project.HasAnnotationOfType<VerificationCommand>());
        var command = Only(projects, (VerificationCommand verification) => verification, "a verification");
        return owner is null || command is null ? null : new VerificationSpec(
            owner.Name, command.Args, [.. services.Single(service => service.Name == owner.Name).Environment.Select(variable => variable.Connection).OfType<string>().Distinct()]);
    }

    private static TValue? Only<TAnnotation, TValue>(IReadOnlyList<ProjectResource> projects, Func<TAnnotation, TValue> value, string what)
        where TAnnotation : class, IResourceAnnotation
    {
        var stated = projects.Where(project => project.HasAnnotationOfType<TAnnotation>()).ToList();
        return stated.Count switch
        {
            0 => default,
            1 => value(stated[0].Annotations.OfType<TAnnotation>().Last()),
            _ => throw new AppHostException($"{string.Join(" and ", stated.Select(project => project.Name))} both state {what}; only one service may."),
        };
    }
}
