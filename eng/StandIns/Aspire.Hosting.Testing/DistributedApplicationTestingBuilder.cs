using System.Reflection;
using System.Runtime.CompilerServices;

namespace Aspire.Hosting.Testing;

public static class DistributedApplicationTestingBuilder
{
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync(typeof(TEntryPoint), [], cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync(typeof(TEntryPoint), args, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default) =>
        CreateAsync(typeof(TEntryPoint), args, configureBuilder, cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, CancellationToken cancellationToken = default) =>
        CreateAsync(entryPoint, [], cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, string[] args, CancellationToken cancellationToken = default) =>
        CreateAsync(entryPoint, args, (_, _) => { }, cancellationToken);

    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default)
    {
        var run = new EntryPointRun(entryPoint, args) { BuilderCreating = configureBuilder };
        run.Begin();
        try
        {
            return new EntryPointTestingBuilder(run, await run.Builder.WaitAsync(cancellationToken));
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IDistributedApplicationTestingBuilder Create(params string[] args) => Create(args, (_, _) => { }, Assembly.GetCallingAssembly());

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IDistributedApplicationTestingBuilder Create(string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder) =>
        Create(args, configureBuilder, Assembly.GetCallingAssembly());

    private static PlainTestingBuilder Create(string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, Assembly caller)
    {
        var outer = AppHostInterceptor.Current;
        AppHostInterceptor.Current = new Preparation(args, configureBuilder, caller);
        try
        {
            return new PlainTestingBuilder(new DistributedApplicationBuilder(new DistributedApplicationOptions { Args = args }));
        }
        finally
        {
            AppHostInterceptor.Current = outer;
        }
    }

    /// <summary>Changes the settings of a builder that the test makes by itself, and leaves its life alone.</summary>
    private sealed class Preparation(string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure, Assembly caller) : AppHostInterceptor
    {
        public override void OnConstructing(DistributedApplicationOptions options, HostApplicationBuilderSettings settings) =>
            TestingConfiguration.Apply(args, options, settings, caller, configure);

        public override void OnConstructed(DistributedApplicationBuilder builder)
        {
        }

        public override void OnBuilding(DistributedApplicationBuilder builder)
        {
        }

        public override void OnBuilt(DistributedApplication application)
        {
        }

        public override Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void OnStarted(Exception? failure)
        {
        }
    }
}
