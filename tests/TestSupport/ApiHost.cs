using Microblog.ApiService;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Microblog.TestSupport;

/// <summary>The API service in the test's process, with Kestrel on a free port and real servers behind it.</summary>
public sealed class ApiHost : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly WebApplication _app;

    private ApiHost(WebApplication app) => _app = app;

    /// <summary>Where it answers.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    /// <summary>The people who use it.</summary>
    public People People => field ??= new People(Address);

    /// <summary>A service of the application.</summary>
    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Starts an API.</summary>
    /// <param name="sandbox">The servers behind it.</param>
    /// <param name="settings">More arguments, such as <c>--Microblog:MergeAtFollowers=3</c>.</param>
    public static async Task<ApiHost> StartAsync(Sandbox sandbox, params string[] settings)
    {
        var app = ApiApp.Build(sandbox.Arguments(["--environment=Development", "--urls=http://127.0.0.1:0", "--Microblog:PasswordGrant=true", "--Microblog:RateLimits=off", .. settings]));
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        return new ApiHost(app);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(StopTimeout);
        await _app.StopAsync(timeout.Token);
        await _app.DisposeAsync();
    }
}
