using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>
/// Lets the testing package take part while an AppHost's own entry point builds and runs its application in the test process.
/// It travels with the execution context of the thread that calls the entry point.
/// </summary>
internal abstract class AppHostInterceptor
{
    private static readonly AsyncLocal<AppHostInterceptor?> Ambient = new();

    public static AppHostInterceptor? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    public abstract void OnConstructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings);

    public abstract void OnConstructed(DistributedApplicationBuilder builder);

    public abstract void OnBuilding(DistributedApplicationBuilder builder);

    public abstract void OnBuilt(DistributedApplication application);

    /// <summary>Holds the entry point's own start back until the test asks for it.</summary>
    public abstract Task WaitForStartAsync(CancellationToken cancellationToken);

    public abstract void OnStarted(Exception? failure);
}
