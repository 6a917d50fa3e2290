using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting;

internal static class ProjectEnvironment
{
    public static string Host(string host) => host is "*" or "+" ? "localhost" : host;

    public static void AddForRun(IResourceBuilder<ProjectResource> builder, (string Name, LaunchProfile Profile)? launch)
    {
        if (builder.Resource.HasKestrelEndpoints)
        {
            builder.WithEnvironment(context => SetKestrelUrls(context, builder.Resource));
        }
        else
        {
            builder.WithEnvironment(context => SetUrls(context, builder.Resource));
        }

        if (launch is not { } found)
        {
            return;
        }

        if (!builder.Resource.HasKestrelEndpoints)
        {
            AddProfileEndpoints(builder, found.Profile);
        }

        builder.WithEnvironment(context =>
        {
            context.EnvironmentVariables.TryAdd("DOTNET_LAUNCH_PROFILE", found.Name);
            foreach (var (name, value) in found.Profile.EnvironmentVariables)
            {
                context.EnvironmentVariables.TryAdd(name, Environment.ExpandEnvironmentVariables(value));
            }
        });
    }

    public static void AddForPublish(IResourceBuilder<ProjectResource> builder, LaunchProfile? profile)
    {
        var project = builder.Resource;
        if (!project.HasKestrelEndpoints)
        {
            builder.WithEnvironment(context =>
            {
                SetPorts(context, project, "HTTP_PORTS", "http");
                SetPorts(context, project, "HTTPS_PORTS", "https");
            });
        }

        if (profile?.ApplicationUrl is null && !project.HasKestrelEndpoints)
        {
            return;
        }

        // A web project that is published always has both; their ports are the hosting platform's business.
        var http = EndpointFor("http");
        var https = EndpointFor("https");
        http.TargetPort = https.TargetPort = http.TargetPort ?? https.TargetPort;

        EndpointAnnotation EndpointFor(string scheme)
        {
            if (Find() is null)
            {
                builder.WithEndpoint(scheme, endpoint => endpoint.UriScheme = scheme);
                project.DefaultHttpsEndpoint ??= scheme == "https" ? Find() : null;
            }

            return Find()!;

            EndpointAnnotation? Find() => project.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.UriScheme == scheme || e.Name == scheme);
        }
    }

    private static void AddProfileEndpoints(IResourceBuilder<ProjectResource> builder, LaunchProfile profile)
    {
        var countByScheme = new Dictionary<string, int>();
        foreach (var url in profile.ApplicationUrl?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var address = BindingAddress.Parse(url);
            var count = countByScheme[address.Scheme] = countByScheme.GetValueOrDefault(address.Scheme) + 1;
            builder.WithEndpoint(count == 1 ? address.Scheme : $"{address.Scheme}{count}", endpoint =>
            {
                endpoint.Port = address.Port;
                endpoint.TargetHost = Host(address.Host);
                endpoint.UriScheme = address.Scheme;
                endpoint.FromLaunchProfile = true;
            });
        }

        if (Uri.TryCreate(profile.LaunchUrl, UriKind.RelativeOrAbsolute, out var launchUrl))
        {
            builder.WithUrls(context =>
            {
                foreach (var url in context.Urls.Where(u => u.Endpoint?.EndpointAnnotation.FromLaunchProfile == true))
                {
                    url.Url = launchUrl.IsAbsoluteUri ? launchUrl.ToString() : new Uri(new Uri(url.Url), launchUrl).ToString();
                }
            });
        }
    }

    private static void SetUrls(EnvironmentCallbackContext context, ProjectResource project)
    {
        var endpoints = project.GetEndpoints().Where(project.IsInEnvironment).ToArray();
        if (endpoints.Length == 0 || context.EnvironmentVariables.ContainsKey("ASPNETCORE_URLS"))
        {
            return;
        }

        var urls = new ReferenceExpressionBuilder();
        foreach (var endpoint in endpoints)
        {
            urls.AppendLiteral(urls.IsEmpty ? "" : ";");
            urls.Append($"{endpoint.Property(EndpointProperty.Scheme)}://{endpoint.EndpointAnnotation.TargetHost}:{endpoint.Property(EndpointProperty.TargetPort)}");
        }

        // Redirection to HTTPS must name the port that clients see.
        if (endpoints.FirstOrDefault(e => e.IsHttps) is { } https)
        {
            context.EnvironmentVariables["ASPNETCORE_HTTPS_PORT"] = https.Property(EndpointProperty.Port);
        }

        context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Build();
    }

    private static void SetKestrelUrls(EnvironmentCallbackContext context, ProjectResource project)
    {
        foreach (var endpoint in project.GetEndpoints().Where(project.IsInEnvironment))
        {
            context.EnvironmentVariables[$"Kestrel__Endpoints__{endpoint.EndpointName}__Url"] = ReferenceExpression.Create(
                $"{endpoint.Scheme}://{endpoint.EndpointAnnotation.TargetHost}:{endpoint.Property(EndpointProperty.TargetPort)}");
        }
    }

    private static void SetPorts(EnvironmentCallbackContext context, ProjectResource project, string variable, string scheme)
    {
        var ports = new ReferenceExpressionBuilder();
        foreach (var endpoint in project.GetEndpoints().Where(project.IsInEnvironment).Where(e => e.Scheme == scheme && e.EndpointAnnotation != project.DefaultHttpsEndpoint))
        {
            ports.AppendLiteral(ports.IsEmpty ? "" : ";");
            ports.Append($"{endpoint.Property(EndpointProperty.TargetPort)}");
        }

        if (!ports.IsEmpty)
        {
            context.EnvironmentVariables.TryAdd(variable, ports.Build());
        }
    }
}
