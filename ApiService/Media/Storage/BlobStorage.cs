using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Microblog.ApiService.Media.Storage;

/// <summary>
/// Keeps files in a container of Azure Blob Storage (https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api). Retries,
/// time limits and tokens are Azure.Core's; docs/decisions/0007-imaging.md says why its four calls are made here.
/// </summary>
public sealed class BlobStorage : IMediaStorage
{
    private const string Version = "2023-11-03";

    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(20);

    private readonly Uri _container;
    private readonly HttpPipeline _pipeline;

    /// <summary>A storage that opens with the credential.</summary>
    /// <param name="container">Address of the container. A shared access signature in its query takes the place of the credential.</param>
    /// <param name="credential">Gives tokens for the storage account; a managed identity with the role "Storage Blob Data Contributor".</param>
    public BlobStorage(Uri container, TokenCredential? credential)
    {
        _container = container;
        var options = new Options();
        options.Retry.NetworkTimeout = NetworkTimeout;
        options.Retry.MaxRetries = 2;
        _pipeline = HttpPipelineBuilder.Build(options, credential is null ? [] : [new BearerTokenAuthenticationPolicy(credential, "https://storage.azure.com/.default")]);
    }

    /// <inheritdoc/>
    public Task SaveAsync(MediaKey key, string path, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await using var file = File.OpenRead(path);
        using var message = Message(RequestMethod.Put, key);
        message.Request.Headers.Add("x-ms-blob-type", "BlockBlob");
        message.Request.Headers.Add("x-ms-blob-content-type", key.ContentType);
        message.Request.Headers.Add("x-ms-blob-cache-control", MediaFileEndpoints.CacheControl);
        message.Request.Headers.Add("Content-Length", file.Length.ToString(CultureInfo.InvariantCulture));
        message.Request.Content = RequestContent.Create(file);
        await SendAsync(message, cancellationToken);
        return true;
    });

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(MediaKey key, CancellationToken cancellationToken) => GuardAsync<Stream?>(async () =>
    {
        using var message = Message(RequestMethod.Head, key);
        return await SendAsync(message, cancellationToken, mayLack: true) && message.Response.Headers.ContentLength is { } length
            ? new BlobStream(length, (offset, token) => ReadFromAsync(key, offset, token))
            : null;
    });

    /// <inheritdoc/>
    public Task DeleteAsync(MediaKey key, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        using var message = Message(RequestMethod.Delete, key);
        return await SendAsync(message, cancellationToken, mayLack: true);
    });

    private Task<Stream> ReadFromAsync(MediaKey key, long offset, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        using var message = Message(RequestMethod.Get, key);
        message.BufferResponse = false;
        message.Request.Headers.Add("x-ms-range", string.Create(CultureInfo.InvariantCulture, $"bytes={offset}-"));
        await SendAsync(message, cancellationToken);
        return message.ExtractResponseContent() ?? Stream.Null;
    });

    private HttpMessage Message(RequestMethod method, MediaKey key)
    {
        var message = _pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri.Reset(new UriBuilder(_container) { Path = $"{_container.AbsolutePath.TrimEnd('/')}/{key.Text}" }.Uri);
        message.Request.Headers.Add("x-ms-version", Version);
        return message;
    }

    private async Task<bool> SendAsync(HttpMessage message, CancellationToken cancellationToken, bool mayLack = false)
    {
        await _pipeline.SendAsync(message, cancellationToken);
        return message.Response switch
        {
            { Status: 404 } when mayLack => false,
            { IsError: true } => throw new RequestFailedException(message.Response),
            _ => true,
        };
    }

    private static async Task<T> GuardAsync<T>(Func<Task<T>> use)
    {
        try
        {
            return await use();
        }
        catch (Exception exception) when (exception is RequestFailedException or IOException or AggregateException or Azure.Identity.AuthenticationFailedException)
        {
            throw new MediaStorageException(exception);
        }
    }

    private sealed class Options : ClientOptions;
}
