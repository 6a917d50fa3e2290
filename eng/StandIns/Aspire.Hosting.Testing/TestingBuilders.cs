using System.Reflection;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Testing;

public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}

/// <summary>A builder of a test's own.</summary>
internal class PlainTestingBuilder(DistributedApplicationBuilder inner) : IDistributedApplicationTestingBuilder
{
    private DistributedApplication? _application;

    public ConfigurationManager Configuration => inner.Configuration;

    public string AppHostDirectory => inner.AppHostDirectory;

    public Assembly? AppHostAssembly => inner.AppHostAssembly;

    public IHostEnvironment Environment => inner.Environment;

    public IServiceCollection Services => inner.Services;

    public IDistributedApplicationEventing Eventing => inner.Eventing;

    public DistributedApplicationExecutionContext ExecutionContext => inner.ExecutionContext;

    public IResourceCollection Resources => inner.Resources;

    public IDistributedApplicationPipeline Pipeline => inner.Pipeline;

    public IUserSecretsManager UserSecretsManager => inner.UserSecretsManager;

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource => inner.AddResource(resource);

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => inner.CreateResourceBuilder(resource);

    public DistributedApplication Build() => BuildAsync(CancellationToken.None).GetAwaiter().GetResult();

    public virtual Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) => Task.FromResult(_application = inner.Build());

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public virtual ValueTask DisposeAsync() => _application?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>The builder of an AppHost that waits in its entry point for the test.</summary>
internal sealed class EntryPointTestingBuilder(EntryPointRun run, DistributedApplicationBuilder inner) : PlainTestingBuilder(inner)
{
    public override async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default)
    {
        run.AllowBuild();
        return new EntryPointApplication(run, await run.Application.WaitAsync(cancellationToken));
    }

    public override ValueTask DisposeAsync() => run.DisposeAsync();
}

/// <summary>The application as the test sees it: starting it lets the entry point go on, and disposing it ends the entry point.</summary>
internal sealed class EntryPointApplication(EntryPointRun run, DistributedApplication application) : DistributedApplication(application)
{
    public override async Task StartAsync(CancellationToken cancellationToken = default)
    {
        run.AllowStart();
        await run.Started.WaitAsync(cancellationToken);
    }

    public override async Task RunAsync(CancellationToken cancellationToken = default)
    {
        await StartAsync(cancellationToken);
        await application.WaitForShutdownAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken = default) => application.StopAsync(cancellationToken);

    public override void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public override ValueTask DisposeAsync() => run.DisposeAsync();
}
