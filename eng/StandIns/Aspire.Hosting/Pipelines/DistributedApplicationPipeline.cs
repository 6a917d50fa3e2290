using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Pipelines;

/// <summary>Runs one step after everything it needs, one step at a time.</summary>
internal sealed partial class DistributedApplicationPipeline : IDistributedApplicationPipeline
{
    private readonly List<PipelineStep> _steps = [];
    private readonly List<Func<PipelineConfigurationContext, Task>> _configurations = [];

    public DistributedApplicationPipeline()
    {
        Group(WellKnownPipelineSteps.ProcessParameters);
        Group(WellKnownPipelineSteps.BuildPrereq, WellKnownPipelineSteps.ProcessParameters);
        Group(WellKnownPipelineSteps.PushPrereq, WellKnownPipelineSteps.ProcessParameters);
        Group(WellKnownPipelineSteps.PublishPrereq, WellKnownPipelineSteps.ProcessParameters);
        Group(WellKnownPipelineSteps.DeployPrereq, WellKnownPipelineSteps.ProcessParameters);
        Group(WellKnownPipelineSteps.Publish, WellKnownPipelineSteps.PublishPrereq);
        Missing(WellKnownPipelineSteps.Build, WellKnownPipelineSteps.BuildPrereq);
        Missing(WellKnownPipelineSteps.Push, WellKnownPipelineSteps.PushPrereq);
        Missing(WellKnownPipelineSteps.Deploy, WellKnownPipelineSteps.DeployPrereq);
        AddStep(WellKnownPipelineSteps.PublishManifest, ManifestWriter.WriteAsync);
    }

    public void AddStep(string name, Func<PipelineStepContext, Task> action, object? dependsOn = null, object? requiredBy = null) =>
        AddStep(new PipelineStep { Name = name, Action = action, DependsOnSteps = Names(dependsOn), RequiredBySteps = Names(requiredBy) });

    public void AddStep(PipelineStep step)
    {
        if (_steps.Any(s => s.Name == step.Name))
        {
            throw new InvalidOperationException($"A step with the name '{step.Name}' has already been added to the pipeline.");
        }

        _steps.Add(step);
    }

    public void AddPipelineConfiguration(Func<PipelineConfigurationContext, Task> callback) => _configurations.Add(callback);

    public async Task ExecuteAsync(PipelineContext context)
    {
        var steps = await ResolveAsync(context);
        var target = context.Services.GetRequiredService<IOptions<PipelineOptions>>().Value.Step
            ?? (context.ExecutionContext.PublisherName == "manifest" ? WellKnownPipelineSteps.PublishManifest : WellKnownPipelineSteps.Publish);
        foreach (var step in Order(steps, target))
        {
            Log.Running(context.Logger, step.Name);
            await using var report = new LoggedReport(context.Logger, step.Name);
            try
            {
                await step.Action(new PipelineStepContext { PipelineContext = context, ReportingStep = report });
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new InvalidOperationException($"Step '{step.Name}' failed: {exception.Message}", exception);
            }
        }
    }

    private async Task<IReadOnlyList<PipelineStep>> ResolveAsync(PipelineContext context)
    {
        var steps = new List<PipelineStep>(_steps);
        foreach (var resource in context.Model.Resources)
        {
            foreach (var annotation in resource.Annotations.OfType<PipelineStepAnnotation>())
            {
                steps.AddRange(await annotation.CreateStepsAsync(new PipelineStepFactoryContext { PipelineContext = context, Resource = resource }));
            }
        }

        var configuration = new PipelineConfigurationContext { Services = context.Services, Model = context.Model, Steps = steps };
        foreach (var callback in _configurations)
        {
            await callback(configuration);
        }

        return steps;
    }

    private static List<PipelineStep> Order(IReadOnlyList<PipelineStep> steps, string target)
    {
        var byName = steps.ToDictionary(s => s.Name);
        var ordered = new List<PipelineStep>();
        var open = new HashSet<string>();
        Visit(target, null);
        return ordered;

        void Visit(string name, string? neededBy)
        {
            if (!byName.TryGetValue(name, out var step))
            {
                throw new InvalidOperationException(neededBy is null
                    ? $"Step '{name}' not found in pipeline. Available steps: {string.Join(", ", byName.Keys.Select(step => $"'{step}'"))}"
                    : $"Step '{neededBy}' depends on unknown step '{name}'");
            }

            if (ordered.Contains(step))
            {
                return;
            }

            if (!open.Add(name))
            {
                throw new DistributedApplicationException($"The step '{name}' depends on itself.");
            }

            foreach (var needed in step.DependsOnSteps.Concat(steps.Where(s => s.RequiredBySteps.Contains(name)).Select(s => s.Name)).Distinct())
            {
                Visit(needed, name);
            }

            ordered.Add(step);
        }
    }

    private static List<string> Names(object? names) => names switch
    {
        null => [],
        string name => [name],
        IEnumerable<string> several => [.. several],
        _ => throw new ArgumentException($"A step is named by a string or several, not by {names.GetType().Name}.", nameof(names)),
    };

    private void Group(string name, params string[] needs) => AddStep(new PipelineStep { Name = name, Action = _ => Task.CompletedTask, DependsOnSteps = [.. needs] });

    private void Missing(string name, params string[] needs) => AddStep(new PipelineStep
    {
        Name = name,
        DependsOnSteps = [.. needs],
        Action = _ => throw new NotSupportedException($"'{name}' needs a container runtime and the real Aspire packages"),
    });

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Running step '{Step}'.")]
        public static partial void Running(ILogger logger, string step);
    }
}
