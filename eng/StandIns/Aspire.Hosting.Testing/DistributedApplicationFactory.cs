namespace Aspire.Hosting.Testing;

public class DistributedApplicationFactory : IDisposable, IAsyncDisposable
{
    private readonly EntryPointRun _run;

    public DistributedApplicationFactory(Type entryPoint)
        : this(entryPoint, [])
    {
    }

    public DistributedApplicationFactory(Type entryPoint, string[] args)
    {
        ArgumentNullException.ThrowIfNull(entryPoint);
        ArgumentNullException.ThrowIfNull(args);
        _run = new EntryPointRun(entryPoint, args)
        {
            BuilderCreating = (options, settings) => OnBuilderCreating(options, settings),
            BuilderCreated = builder => OnBuilderCreated(builder),
            Building = builder => OnBuilding(builder),
            Built = application => OnBuilt(application),
        };
    }

    private DistributedApplication Started => _run.Started.IsCompletedSuccessfully
        ? _run.Application.GetAwaiter().GetResult()
        : throw new InvalidOperationException("The application has not been initialized.");

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        _run.Begin();
        _run.AllowBuild();
        _run.AllowStart();
        await _run.Started.WaitAsync(cancellationToken);
    }

    public HttpClient CreateHttpClient(string resourceName, string? endpointName = null) => Started.CreateHttpClient(resourceName, endpointName);

    public ValueTask<string?> GetConnectionString(string resourceName) => Started.GetConnectionStringAsync(resourceName);

    public Uri GetEndpoint(string resourceName, string? endpointName = null) => Started.GetEndpoint(resourceName, endpointName);

    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _run.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual void OnBuilderCreating(DistributedApplicationOptions applicationOptions, HostApplicationBuilderSettings hostOptions)
    {
    }

    protected virtual void OnBuilderCreated(DistributedApplicationBuilder applicationBuilder)
    {
    }

    protected virtual void OnBuilding(DistributedApplicationBuilder applicationBuilder)
    {
    }

    protected virtual void OnBuilt(DistributedApplication application)
    {
    }
}
