using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Pipelines;

/// <summary>In publish mode the application consists of one pipeline run; the process ends with it.</summary>
internal sealed partial class PipelineRunner(
    IDistributedApplicationPipeline pipeline,
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext context,
    IDistributedApplicationEventing eventing,
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    ILogger<PipelineRunner> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await eventing.PublishAsync(new BeforePublishEvent(services, model), stoppingToken);
            await pipeline.ExecuteAsync(new PipelineContext(model, context, services, logger, stoppingToken));
            await eventing.PublishAsync(new AfterPublishEvent(services, model), stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            Log.Failed(logger, exception, exception.Message);
            throw new DistributedApplicationException($"Pipeline execution failed: {exception.Message}", exception);
        }

        lifetime.StopApplication();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}")]
        public static partial void Failed(ILogger logger, Exception exception, string reason);
    }
}

internal sealed class PipelineOutputService(IOptions<PipelineOptions> options, IConfiguration configuration) : IPipelineOutputService
{
    private readonly Lazy<string> _temporary = new(() => Directory.CreateTempSubdirectory("aspire-pipeline-").FullName);

    public string GetOutputDirectory() => options.Value.OutputPath is { Length: > 0 } path
        ? Path.GetFullPath(path)
        : Path.Combine(configuration["AppHost:Directory"] ?? Environment.CurrentDirectory, "aspire-output");

    public string GetOutputDirectory(IResource resource) => Path.Combine(GetOutputDirectory(), resource.Name);

    public string GetTempDirectory() => _temporary.Value;

    public string GetTempDirectory(IResource resource) => Directory.CreateDirectory(Path.Combine(_temporary.Value, resource.Name)).FullName;
}
