namespace Aspire.Hosting.ApplicationModel;

public interface IExecutionConfigurationBuilder
{
    IExecutionConfigurationBuilder AddExecutionConfigurationGatherer(IExecutionConfigurationGatherer gatherer);

    Task<IExecutionConfigurationResult> BuildAsync(DistributedApplicationExecutionContext executionContext, ILogger? resourceLogger = null, CancellationToken cancellationToken = default);
}

public interface IExecutionConfigurationGatherer
{
    ValueTask GatherAsync(IExecutionConfigurationGathererContext context, IResource resource, ILogger resourceLogger, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken = default);
}

public interface IExecutionConfigurationGathererContext
{
    List<object> Arguments { get; }

    Dictionary<string, object> EnvironmentVariables { get; }
}

public interface IExecutionConfigurationResult
{
    IEnumerable<(string Value, bool IsSensitive)> Arguments { get; }

    IEnumerable<(object Unprocessed, string Processed, bool IsSensitive)> ArgumentsWithUnprocessed { get; }

    IEnumerable<KeyValuePair<string, string>> EnvironmentVariables { get; }

    IEnumerable<KeyValuePair<string, (object Unprocessed, string Processed)>> EnvironmentVariablesWithUnprocessed { get; }

    Exception? Exception { get; }
}

/// <summary>Evaluates a resource's arguments and environment: to values in run mode, to manifest expressions in publish mode.</summary>
public sealed class ExecutionConfigurationBuilder : IExecutionConfigurationBuilder
{
    private readonly IResource _resource;
    private readonly List<IExecutionConfigurationGatherer> _gatherers = [];

    internal ExecutionConfigurationBuilder(IResource resource) => _resource = resource;

    public static IExecutionConfigurationBuilder Create(IResource resource) => new ExecutionConfigurationBuilder(resource);

    public IExecutionConfigurationBuilder AddExecutionConfigurationGatherer(IExecutionConfigurationGatherer gatherer)
    {
        _gatherers.Add(gatherer);
        return this;
    }

    public async Task<IExecutionConfigurationResult> BuildAsync(DistributedApplicationExecutionContext executionContext, ILogger? resourceLogger = null, CancellationToken cancellationToken = default)
    {
        var logger = resourceLogger ?? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
        var gathered = new Gathered();
        foreach (var gatherer in _gatherers)
        {
            await gatherer.GatherAsync(gathered, _resource, logger, executionContext, cancellationToken);
        }

        var result = new Result();
        var problems = new List<Exception>();
        foreach (var argument in gathered.Arguments)
        {
            await Try(async () =>
            {
                if (await ResolveAsync(argument) is { } value)
                {
                    result.ArgumentList.Add((argument, value, IsSensitive(argument)));
                }
            });
        }

        foreach (var (name, unprocessed) in gathered.EnvironmentVariables)
        {
            await Try(async () =>
            {
                if (await ResolveAsync(unprocessed) is { } value)
                {
                    result.EnvironmentList.Add(new(name, (unprocessed, value)));
                }
            });
        }

        result.Exception = problems.Count switch { 0 => null, 1 => problems[0], _ => new AggregateException(problems) };
        return result;

        async Task Try(Func<Task> action)
        {
            try
            {
                await action();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                problems.Add(exception);
            }
        }

        async ValueTask<string?> ResolveAsync(object value)
        {
            var inner = value is IResourceBuilder<IResource> builder ? builder.Resource : value;
            return inner switch
            {
                string text => text,
                IManifestExpressionProvider expression when executionContext.IsPublishMode => expression.ValueExpression,
                IValueProvider provider => await provider.GetValueAsync(new ValueProviderContext { ExecutionContext = executionContext, Caller = _resource, Network = KnownNetworkIdentifiers.LocalhostNetwork }, cancellationToken),
                bool or int or long or double or Guid => Convert.ToString(inner, CultureInfo.InvariantCulture),
                _ => inner.ToString(),
            };
        }
    }

    private static bool IsSensitive(object value) => value switch
    {
        ParameterResource parameter => parameter.Secret,
        ConnectionStringReference or IResourceWithConnectionString => true,
        IValueWithReferences references => references.References.Any(IsSensitive),
        _ => false,
    };

    private sealed class Gathered : IExecutionConfigurationGathererContext
    {
        public List<object> Arguments { get; } = [];

        public Dictionary<string, object> EnvironmentVariables { get; } = [];
    }

    private sealed class Result : IExecutionConfigurationResult
    {
        public List<(object Unprocessed, string Processed, bool IsSensitive)> ArgumentList { get; } = [];

        public List<KeyValuePair<string, (object Unprocessed, string Processed)>> EnvironmentList { get; } = [];

        public IEnumerable<(string Value, bool IsSensitive)> Arguments => ArgumentList.Select(a => (a.Processed, a.IsSensitive));

        public IEnumerable<(object Unprocessed, string Processed, bool IsSensitive)> ArgumentsWithUnprocessed => ArgumentList;

        public IEnumerable<KeyValuePair<string, string>> EnvironmentVariables => EnvironmentList.Select(e => KeyValuePair.Create(e.Key, e.Value.Processed));

        public IEnumerable<KeyValuePair<string, (object Unprocessed, string Processed)>> EnvironmentVariablesWithUnprocessed => EnvironmentList;

        public Exception? Exception { get; set; }
    }
}
