using Aspire.Hosting.Lifecycle;
using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Engine;

/// <summary>Tells early and plainly which program is missing; the start itself fails only if it really is needed.</summary>
internal sealed partial class RequiredCommands(IServiceProvider services, ResourceLoggerService logs, ILogger<RequiredCommands> logger) : IDistributedApplicationEventingSubscriber
{
    public Task SubscribeAsync(IDistributedApplicationEventing eventing, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        eventing.Subscribe<BeforeResourceStartedEvent>((@event, token) => CheckAsync(@event.Resource, token));
        return Task.CompletedTask;
    }

    private async Task CheckAsync(IResource resource, CancellationToken cancellationToken)
    {
        foreach (var required in resource.Annotations.OfType<RequiredCommandAnnotation>())
        {
            var path = CommandPath.Find(required.Command, Environment.CurrentDirectory);
            var problem = path is null
                ? $"Required command '{required.Command}' was not found on PATH or at the specified location."
                : required.ValidationCallback is null ? null
                : (await required.ValidationCallback(new RequiredCommandValidationContext(path, services, cancellationToken))).ValidationMessage;
            if (problem is not null)
            {
                var help = required.HelpLink is null ? problem : $"{problem} For installation instructions, see: {required.HelpLink}";
                Log.MayFail(logger, resource.Name, help);
                Log.MayFail(logs.GetLogger(resource), resource.Name, help);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Resource '{ResourceName}' may fail to start: {Problem}")]
        public static partial void MayFail(ILogger logger, string resourceName, string problem);
    }
}
