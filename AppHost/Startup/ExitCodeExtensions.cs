using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microblog.AppHost.Startup;

/// <summary>How a run ended.</summary>
internal static class ExitCodeExtensions
{
    /// <summary>
    /// 0, or 1 when a part of the host failed, as the pipeline does with a step: the host logs that, stops, and returns as from any other run.
    /// </summary>
    public static int ExitCode(this DistributedApplication app) =>
        // A test that runs the AppHost has disposed of the application by now.
        OwnProcess.Is && app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
}
