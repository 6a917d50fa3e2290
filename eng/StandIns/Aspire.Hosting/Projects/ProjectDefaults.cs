using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>What every project gets without being asked: telemetry variables, the endpoints of its launch profile or Kestrel section, and its URLs.</summary>
internal static class ProjectDefaults
{
    public static IResourceBuilder<ProjectResource> Apply(IResourceBuilder<ProjectResource> builder, ProjectResourceOptions options)
    {
        var isRun = builder.ApplicationBuilder.ExecutionContext.IsRunMode;
        builder.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory");
        if (isRun && builder.ApplicationBuilder.Environment.IsDevelopment())
        {
            builder.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "true");
            builder.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION", "true");
        }

        builder.WithOtlpExporter();
        if (isRun)
        {
            builder.WithEnvironment("DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION", "true");
            builder.WithEnvironment("LOGGING__CONSOLE__FORMATTERNAME", "simple");
        }
        else
        {
            builder.WithEnvironment(context =>
            {
                if (builder.Resource.GetEndpoints().Any() && !builder.Resource.HasAnnotationOfType<DisableForwardedHeadersAnnotation>())
                {
                    context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
                }
            });
        }

        ChooseLaunchProfile(builder, options);
        var profile = LaunchSettingsFile.EffectiveProfile(builder.Resource);
        if (!options.ExcludeKestrelEndpoints)
        {
            AddKestrelEndpoints(builder, isRun);
        }

        if (isRun)
        {
            ProjectEnvironment.AddForRun(builder, profile);
        }
        else
        {
            ProjectEnvironment.AddForPublish(builder, profile?.Profile);
        }

        return builder;
    }

    private static void ChooseLaunchProfile(IResourceBuilder<ProjectResource> builder, ProjectResourceOptions options)
    {
        var configuration = builder.ApplicationBuilder.Configuration;
        if (options.ExcludeLaunchProfile)
        {
            builder.WithAnnotation(new ExcludeLaunchProfileAnnotation());
        }
        else if (!string.IsNullOrEmpty(options.LaunchProfileName))
        {
            builder.WithAnnotation(new LaunchProfileAnnotation(options.LaunchProfileName));
        }
        else if ((configuration["AppHost:DefaultLaunchProfileName"] ?? configuration["DOTNET_LAUNCH_PROFILE"]) is { Length: > 0 } ofAppHost)
        {
            builder.WithAnnotation(new DefaultLaunchProfileAnnotation(ofAppHost));
        }
    }

    private static void AddKestrelEndpoints(IResourceBuilder<ProjectResource> builder, bool isRun)
    {
        var directory = Path.GetDirectoryName(builder.Resource.GetProjectMetadata().ProjectPath)!;
        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT");
        var endpoints = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(directory, "appsettings.json"), optional: true)
            .AddJsonFile(Path.Combine(directory, $"appsettings.{environment}.json"), optional: true)
            .Build()
            .GetSection("Kestrel:Endpoints").GetChildren()
            .Where(e => e["Url"] is not null)
            .Select(e => (Name: e.Key, Address: BindingAddress.Parse(e["Url"]!), Protocols: e["Protocols"]))
            .ToArray();
        builder.Resource.HasKestrelEndpoints = endpoints.Length > 0;
        foreach (var (name, address, protocols) in endpoints)
        {
            var isOnly = endpoints.Count(e => e.Address.Scheme == address.Scheme) == 1;
            builder.WithEndpoint(isOnly ? address.Scheme : name, endpoint =>
            {
                // The port of a container is set by its image; a local one by the proxy in front of the replicas.
                _ = isRun ? endpoint.Port = address.Port : endpoint.TargetPort = address.Port;
                endpoint.UriScheme = address.Scheme;
                endpoint.TargetHost = ProjectEnvironment.Host(address.Host);
                endpoint.Transport = protocols == "Http2" ? "http2" : endpoint.Transport;
            });
        }
    }
}
