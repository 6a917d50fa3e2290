using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.Engine;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.UserSecrets;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private static readonly Dictionary<string, string> Switches = new(StringComparer.OrdinalIgnoreCase)
    {
        ["--operation"] = "AppHost:Operation",
        ["--publisher"] = "Publishing:Publisher",
        ["--output-path"] = "Pipeline:OutputPath",
        ["--step"] = "Pipeline:Step",
        ["--pipeline-log-level"] = "Pipeline:LogLevel",
    };

    private readonly HostApplicationBuilder _inner;
    private readonly DistributedApplicationOptions _options;
    private readonly DistributedApplicationExecutionContextOptions _executionContextOptions;
    private readonly AppHostInterceptor? _interceptor = AppHostInterceptor.Current;
    private bool _built;

    public DistributedApplicationBuilder(string[] args)
        : this(new DistributedApplicationOptions { Args = args })
    {
    }

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        var settings = new HostApplicationBuilderSettings { Args = options.Args, Configuration = new ConfigurationManager() };
        settings.Configuration.AddEnvironmentVariables("ASPIRE_");
        _interceptor?.OnConstructing(options, settings);
        _inner = new HostApplicationBuilder(settings);

        var name = options.ProjectName ?? _inner.Environment.ApplicationName;
        AppHostDirectory = options.ProjectDirectory ?? _inner.Environment.ContentRootPath;
        AppHostPath = Path.GetFullPath(Path.Join(AppHostDirectory, name));
        Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AppHost:Directory"] = AppHostDirectory,
            ["AppHost:Path"] = AppHostPath,
            ["AppHost:DashboardApplicationName"] = options.DashboardApplicationName ?? _inner.Environment.ApplicationName,
        });

        // Once more, after everything else: only these switches have names that differ from their configuration keys.
        Configuration.AddCommandLine(options.Args ?? [], Switches);
        _executionContextOptions = Operation();
        ExecutionContext = new DistributedApplicationExecutionContext(_executionContextOptions);
        Configuration["AppHost:Sha256"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(ExecutionContext.IsPublishMode ? name : AppHostPath.ToLowerInvariant())));
        UserSecretsManager = new UserSecretsFile(options.Assembly?.GetCustomAttribute<UserSecretsIdAttribute>()?.UserSecretsId);

        EngineServices.Add(this, options);
        _interceptor?.OnConstructed(this);
    }

    public ConfigurationManager Configuration => _inner.Configuration;

    public string AppHostDirectory { get; }

    public string AppHostPath { get; }

    public Assembly? AppHostAssembly => _options.Assembly;

    public IHostEnvironment Environment => _inner.Environment;

    public IServiceCollection Services => _inner.Services;

    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IDistributedApplicationPipeline Pipeline { get; } = new DistributedApplicationPipeline();

    public IUserSecretsManager UserSecretsManager { get; }

    internal ILoggingBuilder Logging => _inner.Logging;

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        resource.TryGetLastAnnotation<NameValidationPolicyAnnotation>(out var policy);
        ModelName.Validate("Resource", resource.Name, policy);
        if (Resources.TryGetByName(resource.Name, out var existing))
        {
            throw new DistributedApplicationException($"Cannot add resource of type '{resource.GetType()}' with name '{resource.Name}' because resource of type '{existing.GetType()}' with that name already exists. Resource names are case-insensitive.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        if (_built)
        {
            throw new InvalidOperationException("Build can only be called once.");
        }

        _built = true;
        _interceptor?.OnBuilding(this);
        if (ExecutionContext.IsRunMode)
        {
            foreach (var resource in Resources.Where(ResourceInstances.IsProcess))
            {
                LifeCycleCommands.Add(resource);
            }
        }

        var application = new DistributedApplication(_inner.Build()) { Interceptor = _interceptor };
        _executionContextOptions.ServiceProvider = application.Services;
        _interceptor?.OnBuilt(application);
        return application;
    }

    private DistributedApplicationExecutionContextOptions Operation()
    {
        var publisher = Configuration["Publishing:Publisher"];
        return Configuration["AppHost:Operation"]?.ToLowerInvariant() switch
        {
            "publish" => new(DistributedApplicationOperation.Publish, publisher ?? "manifest"),
            "run" => new(DistributedApplicationOperation.Run),
            null when publisher is not null => new(DistributedApplicationOperation.Publish, publisher),
            null => new(DistributedApplicationOperation.Run),
            var other => throw new DistributedApplicationException($"Invalid operation '{other}'. Valid operations are 'publish' or 'run'."),
        };
    }
}
