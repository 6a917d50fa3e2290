using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    [OverloadResolutionPriority(1)]
    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string name, string displayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions? commandOptions = null)
        where T : IResource
    {
        var options = commandOptions ?? new CommandOptions();
        if (builder.Resource.Annotations.OfType<ResourceCommandAnnotation>().SingleOrDefault(a => a.Name == name) is { } existing)
        {
            builder.Resource.Annotations.Remove(existing);
        }

        return builder.WithAnnotation(new ResourceCommandAnnotation(
            name, displayName, options.UpdateState ?? (_ => ResourceCommandState.Enabled), executeCommand, options.Description, null,
            options.ConfirmationMessage, options.IconName, options.IconVariant, options.IsHighlighted) { Visibility = options.Visibility });
    }

    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(this IResourceBuilder<TResource> builder, string path, string displayName, string? endpointName = null, string? commandName = null, HttpCommandOptions? commandOptions = null)
        where TResource : IResourceWithEndpoints =>
        AddHttpCommand(builder, path, displayName, HttpEndpoint(builder, endpointName, commandOptions?.EndpointSelector, "HTTP command"), commandName, commandOptions);

    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(this IResourceBuilder<TResource> builder, string path, string displayName, Func<EndpointReference>? endpointSelector, string? commandName = null, HttpCommandOptions? commandOptions = null)
        where TResource : IResourceWithEndpoints =>
        AddHttpCommand(builder, path, displayName, HttpEndpoint(builder, null, endpointSelector, "HTTP command"), commandName, commandOptions);

    private static IResourceBuilder<TResource> AddHttpCommand<TResource>(IResourceBuilder<TResource> builder, string path, string displayName, EndpointReference endpoint, string? commandName, HttpCommandOptions? commandOptions)
        where TResource : IResourceWithEndpoints
    {
        var options = commandOptions ?? new HttpCommandOptions();
        var method = options.Method ??= HttpMethod.Post;
        options.UpdateState ??= context => context.ResourceSnapshot.State?.Text is "Running" or "RuntimeUnhealthy" ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
        builder.ApplicationBuilder.Services.AddHttpClient();
        return builder.WithCommand(
            commandName ?? $"{endpoint.Resource.Name}-{endpoint.EndpointName}-http-{method.Method.ToLowerInvariant()}-{path}",
            displayName,
            context => SendAsync(context, endpoint, method, path, options),
            options);
    }

    private static async Task<ExecuteCommandResult> SendAsync(ExecuteCommandContext context, EndpointReference endpoint, HttpMethod method, string path, HttpCommandOptions options)
    {
        if (!endpoint.IsAllocated)
        {
            return CommandResults.Failure("Endpoints are not yet allocated.");
        }

        using var client = context.ServiceProvider.GetRequiredService<IHttpClientFactory>().CreateClient(options.HttpClientName ?? Options.DefaultName);
        using var request = new HttpRequestMessage(method, new UriBuilder(endpoint.Url) { Path = path }.Uri);
        try
        {
            if (options.PrepareRequest is not null)
            {
                await options.PrepareRequest(new HttpCommandRequestContext
                {
                    ResourceName = context.ResourceName,
                    Endpoint = endpoint,
                    HttpClient = client,
                    Request = request,
                    ServiceProvider = context.ServiceProvider,
                    CancellationToken = context.CancellationToken,
                });
            }

            using var response = await client.SendAsync(request, context.CancellationToken);
            if (options.GetCommandResult is not null)
            {
                return await options.GetCommandResult(new HttpCommandResultContext
                {
                    ResourceName = context.ResourceName,
                    Endpoint = endpoint,
                    HttpClient = client,
                    Response = response,
                    ServiceProvider = context.ServiceProvider,
                    CancellationToken = context.CancellationToken,
                });
            }

            return await ResultAsync(response, options.ResultMode, context.CancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !context.CancellationToken.IsCancellationRequested)
        {
            return CommandResults.Failure(exception);
        }
    }

    private static async Task<ExecuteCommandResult> ResultAsync(HttpResponseMessage response, HttpCommandResultMode mode, CancellationToken cancellationToken)
    {
        var body = mode == HttpCommandResultMode.None ? "" : await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var message = $"Request failed with status code {response.StatusCode}";
            return body.Length == 0 ? CommandResults.Failure(message) : CommandResults.Failure(message, body);
        }

        var isJson = mode == HttpCommandResultMode.Json
            || (mode == HttpCommandResultMode.Auto && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) == true);
        return body.Length == 0
            ? CommandResults.Success()
            : new ExecuteCommandResult { Success = true, Data = new CommandResultData { Value = body, Format = isJson ? CommandResultFormat.Json : CommandResultFormat.Text } };
    }
}
