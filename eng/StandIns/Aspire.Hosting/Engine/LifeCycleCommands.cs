namespace Aspire.Hosting.Engine;

internal static class LifeCycleCommands
{
    public static void Add(IResource resource)
    {
        Add(resource, KnownResourceCommands.StartCommand, "Start", "Play", IconVariant.Filled, isHighlighted: true,
            (orchestrator, context) => orchestrator.StartReplicaAsync(context.ResourceName, context.CancellationToken),
            state => state is "Starting" or "Building" or "RuntimeUnhealthy" or null or "" ? ResourceCommandState.Disabled
                : IsStopped(state) || state == KnownResourceStates.Waiting ? ResourceCommandState.Enabled
                : ResourceCommandState.Hidden);
        Add(resource, KnownResourceCommands.StopCommand, "Stop", "Stop", IconVariant.Filled, isHighlighted: true,
            (orchestrator, context) => orchestrator.StopReplicaAsync(context.ResourceName, context.CancellationToken),
            state => state == KnownResourceStates.Stopping ? ResourceCommandState.Disabled
                : IsStopped(state) || IsUnsettled(state) ? ResourceCommandState.Hidden
                : ResourceCommandState.Enabled);
        Add(resource, KnownResourceCommands.RestartCommand, "Restart", "ArrowCounterclockwise", IconVariant.Regular, isHighlighted: false,
            async (orchestrator, context) =>
            {
                await orchestrator.StopReplicaAsync(context.ResourceName, context.CancellationToken);
                await orchestrator.StartReplicaAsync(context.ResourceName, context.CancellationToken);
            },
            state => IsStopped(state) || IsUnsettled(state) || state == KnownResourceStates.Stopping ? ResourceCommandState.Disabled : ResourceCommandState.Enabled);
    }

    private static bool IsStopped(string? state) => KnownResourceStates.IsTerminal(state) || state == KnownResourceStates.NotStarted || state == "Unknown";

    private static bool IsUnsettled(string? state) => state is "Starting" or "Waiting" or "Building" or "RuntimeUnhealthy" or null or "";

    private static void Add(IResource resource, string name, string displayName, string icon, IconVariant variant, bool isHighlighted, Func<ApplicationOrchestrator, ExecuteCommandContext, Task> execute, Func<string?, ResourceCommandState> state)
    {
        if (resource.Annotations.OfType<ResourceCommandAnnotation>().Any(c => c.Name == name))
        {
            return;
        }

        resource.Annotations.Add(new ResourceCommandAnnotation(
            name,
            displayName,
            context => state(context.ResourceSnapshot.State?.Text),
            async context =>
            {
                await execute(context.ServiceProvider.GetRequiredService<ApplicationOrchestrator>(), context);
                return CommandResults.Success();
            },
            displayDescription: $"{displayName} the resource",
            parameter: null,
            confirmationMessage: null,
            icon,
            variant,
            isHighlighted));
    }
}
