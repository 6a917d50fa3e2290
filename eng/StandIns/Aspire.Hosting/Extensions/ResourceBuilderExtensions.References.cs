namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    public static IResourceBuilder<TDestination> WithReferenceEnvironment<TDestination>(this IResourceBuilder<TDestination> builder, ReferenceEnvironmentInjectionFlags flags)
        where TDestination : IResourceWithEnvironment => builder.WithAnnotation(new ReferenceEnvironmentInjectionAnnotation(flags));

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        var resource = source.Resource;
        connectionName ??= resource.Name;
        builder.WithReferenceRelationship(resource);
        var flags = Injected(builder.Resource);
        return builder.WithEnvironment(context =>
        {
            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionString))
            {
                context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{connectionName}"] = new ConnectionStringReference(resource, optional);
            }

            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionProperties))
            {
                var prefix = connectionName.Length == 0 ? "" : ExpressionText.EnvironmentName(connectionName).ToUpperInvariant() + "_";
                foreach (var (name, value) in resource.GetConnectionProperties())
                {
                    context.EnvironmentVariables[prefix + name.ToUpperInvariant()] = value;
                }

                foreach (var property in resource.Annotations.OfType<ConnectionPropertyAnnotation>())
                {
                    context.EnvironmentVariables[prefix + property.Name.ToUpperInvariant()] = property.Value;
                }
            }
        });
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment => ReferEndpoints(builder, source.Resource, null, null);

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment => ReferEndpoints(builder, source.Resource, null, name);

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment => ReferEndpoints(builder, endpointReference.Resource, endpointReference.EndpointName, null);

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, string name, Uri uri)
        where TDestination : IResourceWithEnvironment
    {
        if (!uri.IsAbsoluteUri || !uri.AbsolutePath.EndsWith('/') || uri.Fragment.Length > 0 || uri.Query.Length > 0)
        {
            throw new InvalidOperationException($"The URI for service reference '{name}' is invalid while configuring target resource '{builder.Resource.Name}': it must be absolute, end with '/' and have no query or fragment.");
        }

        var flags = Injected(builder.Resource);
        if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
        {
            builder.WithEnvironment($"services__{name}__default__0", uri.ToString());
        }

        return flags.HasFlag(ReferenceEnvironmentInjectionFlags.Endpoints) ? builder.WithEnvironment(ExpressionText.EnvironmentName(name), uri.ToString()) : builder;
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<ExternalServiceResource> externalService)
        where TDestination : IResourceWithEnvironment
    {
        var service = externalService.Resource;
        builder.WithReferenceRelationship(service);
        var flags = Injected(builder.Resource);
        return builder.WithEnvironment(async context =>
        {
            // A parameter's scheme is unknown while publishing.
            var uri = context.ExecutionContext.IsPublishMode && service.UrlParameter is not null ? null : await service.ResolveAsync(context.CancellationToken);
            object value = uri is null ? service.UrlParameter! : uri.ToString();
            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
            {
                context.EnvironmentVariables[$"services__{service.Name}__{uri?.Scheme ?? "default"}__0"] = value;
            }

            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.Endpoints))
            {
                var name = ExpressionText.EnvironmentName(service.Name).ToUpperInvariant();
                context.EnvironmentVariables[service.UrlParameter is null || uri is null ? name : $"{name}_{uri.Scheme.ToUpperInvariant()}"] = value;
            }
        });
    }

    public static IResourceBuilder<T> WithConnectionProperty<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithConnectionString => builder.WithAnnotation(new ConnectionPropertyAnnotation(name, value));

    public static IResourceBuilder<T> WithConnectionProperty<T>(this IResourceBuilder<T> builder, string name, string value)
        where T : IResourceWithConnectionString => builder.WithConnectionProperty(name, ReferenceExpression.Create($"{value}"));

    public static ReferenceExpression GetConnectionProperty(this IResourceWithConnectionString resource, string key) =>
        resource.GetConnectionProperties().FirstOrDefault(p => string.Equals(p.Key, key, StringComparison.OrdinalIgnoreCase)).Value ?? ReferenceExpression.Empty;

    public static IResourceBuilder<T> WithConnectionStringRedirection<T>(this IResourceBuilder<T> builder, IResourceWithConnectionString resource)
        where T : IResourceWithConnectionString => builder.WithAnnotation(new ConnectionStringRedirectAnnotation(resource), ResourceAnnotationMutationBehavior.Replace);

    private static ReferenceEnvironmentInjectionFlags Injected(IResource resource) =>
        resource.TryGetLastAnnotation<ReferenceEnvironmentInjectionAnnotation>(out var annotation) ? annotation.Flags : ReferenceEnvironmentInjectionFlags.All;

    // Several references to the endpoints of one resource add up in one annotation, which one callback turns into variables.
    private static IResourceBuilder<T> ReferEndpoints<T>(IResourceBuilder<T> builder, IResourceWithEndpoints owner, string? endpointName, string? name)
        where T : IResourceWithEnvironment
    {
        var reference = builder.Resource.Annotations.OfType<EndpointReferenceAnnotation>().SingleOrDefault(a => a.Resource == owner);
        if (reference is null)
        {
            reference = new EndpointReferenceAnnotation(owner);
            builder.WithAnnotation(reference);
            builder.WithEnvironment(context => AddEndpoints(context, reference, name));
        }

        if (endpointName is null)
        {
            reference.UseAllEndpoints = true;
        }
        else
        {
            reference.EndpointNames.Add(endpointName);
        }

        return builder.WithReferenceRelationship(owner);
    }

    private static void AddEndpoints(EnvironmentCallbackContext context, EndpointReferenceAnnotation reference, string? name)
    {
        var flags = Injected(context.Resource);
        foreach (var endpoint in reference.Resource.GetEndpoints(reference.ContextNetworkId))
        {
            var named = reference.EndpointNames.Contains(endpoint.EndpointName);
            if (!named && (!reference.UseAllEndpoints || endpoint.ExcludeReferenceEndpoint))
            {
                continue;
            }

            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.Endpoints))
            {
                var service = ExpressionText.EnvironmentName(name ?? reference.Resource.Name.ToUpperInvariant());
                context.EnvironmentVariables[$"{service}_{ExpressionText.EnvironmentName(endpoint.EndpointName).ToUpperInvariant()}"] = endpoint;
            }

            if (flags.HasFlag(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
            {
                var prefix = $"services__{name ?? reference.Resource.Name}__{(endpoint.IsHttpSchemeNamedEndpoint ? endpoint.Scheme : endpoint.EndpointName)}__";
                var index = 0;
                while (context.EnvironmentVariables.ContainsKey(prefix + index))
                {
                    index++;
                }

                context.EnvironmentVariables[prefix + index] = endpoint;
            }
        }
    }
}
