using Xunit;

namespace Microblog.TestSupport;

/// <summary>A sandbox with an API in it: the fixture of most test classes.</summary>
/// <param name="backends">The servers.</param>
public class ApiFixture(Backends backends) : IAsyncLifetime
{
    /// <summary>Database, cache and broker of the class.</summary>
    public Sandbox Sandbox { get; private set; } = null!;

    /// <summary>The API.</summary>
    public ApiHost Api { get; private set; } = null!;

    /// <summary>The people who use it.</summary>
    public People People => Api.People;

    /// <summary>A client without a token.</summary>
    public Client Nobody => Api.People.Nobody;

    /// <summary>Waits until readers who wrote nothing see everything: they are served by the replica.</summary>
    public Task SettledAsync() => Sandbox.ReplicaCaughtUpAsync();

    /// <summary>More arguments for the API.</summary>
    protected virtual string[] Settings => [];

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        Sandbox = await Sandbox.CreateAsync(backends);
        Api = await ApiHost.StartAsync(Sandbox, Settings);
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Api is not null)
        {
            await Api.DisposeAsync();
        }
        if (Sandbox is not null)
        {
            await Sandbox.DisposeAsync();
        }
    }
}
