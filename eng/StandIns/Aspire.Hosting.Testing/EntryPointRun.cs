using System.Reflection;

namespace Aspire.Hosting.Testing;

/// <summary>
/// One run of an AppHost's entry point on a thread of its own. The entry point is held at two places: before it builds, so that a test
/// can change the model, and before it starts, so that the test decides when; then it runs as always until the test is done with it.
/// </summary>
internal sealed class EntryPointRun(Type entryPoint, string[] args) : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource<DistributedApplicationBuilder> _builder = NewSource<DistributedApplicationBuilder>();
    private readonly TaskCompletionSource<DistributedApplication> _application = NewSource<DistributedApplication>();
    private readonly TaskCompletionSource<bool> _started = NewSource<bool>();
    private readonly TaskCompletionSource<bool> _mayBuild = NewSource<bool>();
    private readonly TaskCompletionSource<bool> _mayStart = NewSource<bool>();
    private readonly TaskCompletionSource<bool> _ended = NewSource<bool>();
    private readonly Lock _lock = new();
    private IHostApplicationLifetime? _lifetime;
    private bool _begun;
    private bool _disposed;

    public required Action<DistributedApplicationOptions, HostApplicationBuilderSettings> BuilderCreating { get; init; }

    public Action<DistributedApplicationBuilder> BuilderCreated { get; init; } = _ => { };

    public Action<DistributedApplicationBuilder> Building { get; init; } = _ => { };

    public Action<DistributedApplication> Built { get; init; } = _ => { };

    /// <summary>The builder, when the AppHost is about to build.</summary>
    public Task<DistributedApplicationBuilder> Builder => _builder.Task;

    public Task<DistributedApplication> Application => _application.Task;

    public Task Started => _started.Task;

    public void Begin()
    {
        lock (_lock)
        {
            if (!_begun)
            {
                _begun = true;
                _ = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
        }
    }

    public void AllowBuild() => _mayBuild.TrySetResult(true);

    public void AllowStart() => _mayStart.TrySetResult(true);

    public async ValueTask DisposeAsync()
    {
        // The application and the builder that made it both end the same run.
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        var application = _application.Task.IsCompletedSuccessfully ? await _application.Task : null;

        // First, so that an entry point that is held back ends as one that was stopped, not as one that failed.
        _lifetime?.StopApplication();
        _mayBuild.TrySetCanceled();
        _mayStart.TrySetCanceled();
        if (_begun)
        {
            await Task.WhenAny(_ended.Task, Task.Delay(ShutdownTimeout));
        }

        if (application is not null)
        {
            await application.DisposeAsync();
        }
    }

    private void Run()
    {
        try
        {
            var main = entryPoint.Assembly.EntryPoint ?? throw new InvalidOperationException($"Assembly of specified type {entryPoint.Name} does not have an entry point.");
            AppHostInterceptor.Current = new Interceptor(this);
            var result = main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? [] : [args], null);
            (result as Task)?.GetAwaiter().GetResult();
            Fail(new InvalidOperationException($"The entry point of {entryPoint.Assembly.GetName().Name} ended without having built and started an application."));
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
        finally
        {
            _ended.TrySetResult(true);
        }
    }

    private void Fail(Exception exception)
    {
        _builder.TrySetException(exception);
        _application.TrySetException(exception);
        _started.TrySetException(exception);

        // Whoever does not look at one of the three must not bring the process down.
        _ = (_builder.Task.Exception, _application.Task.Exception, _started.Task.Exception);
    }

    private static TaskCompletionSource<T> NewSource<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Interceptor(EntryPointRun run) : AppHostInterceptor
    {
        public override void OnConstructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings) =>
            TestingConfiguration.Apply(run.Args, options, settings, run.AppHost, run.BuilderCreating);

        public override void OnConstructed(DistributedApplicationBuilder builder) => run.BuilderCreated(builder);

        public override void OnBuilding(DistributedApplicationBuilder builder)
        {
            run._builder.TrySetResult(builder);
            run._mayBuild.Task.GetAwaiter().GetResult();
            run.Building(builder);
        }

        public override void OnBuilt(DistributedApplication application)
        {
            // Now, as an entry point that has come to its end by itself has disposed of its application.
            run._lifetime = application.Services.GetRequiredService<IHostApplicationLifetime>();
            run._application.TrySetResult(application);
            run.Built(application);
        }

        public override Task WaitForStartAsync(CancellationToken cancellationToken) => run._mayStart.Task.WaitAsync(cancellationToken);

        public override void OnStarted(Exception? failure)
        {
            if (failure is null)
            {
                run._started.TrySetResult(true);
            }
            else
            {
                run._started.TrySetException(failure);
            }
        }
    }

    private string[] Args => args;

    private Assembly AppHost => entryPoint.Assembly;
}
