namespace Aspire.Hosting;

public sealed class ConnectionStringResource(string name, ReferenceExpression connectionStringExpression)
    : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    public ReferenceExpression ConnectionStringExpression { get; } = connectionStringExpression;
}

public sealed class ExternalServiceResource : Resource
{
    public ExternalServiceResource(string name, Uri uri)
        : base(name)
    {
        if (Problem(uri) is { } problem)
        {
            throw new ArgumentException($"The URI of the external service '{name}' {problem}.", nameof(uri));
        }

        Uri = uri;
    }

    public ExternalServiceResource(string name, ParameterResource urlParameter)
        : base(name) => UrlParameter = urlParameter;

    public Uri? Uri { get; }

    public ParameterResource? UrlParameter { get; }

    internal async ValueTask<Uri> ResolveAsync(CancellationToken cancellationToken)
    {
        if (Uri is not null)
        {
            return Uri;
        }

        var url = await UrlParameter!.GetValueAsync(cancellationToken);
        return System.Uri.TryCreate(url, UriKind.Absolute, out var uri) && Problem(uri) is null
            ? uri
            : throw new DistributedApplicationException($"The URL parameter '{UrlParameter.Name}' of the external service '{Name}' is not an absolute URL that ends with '/'.");
    }

    private static string? Problem(Uri uri) =>
        !uri.IsAbsoluteUri ? "must be absolute"
        : uri.AbsolutePath != "/" ? "must have the path '/'"
        : uri.Fragment.Length > 0 || uri.Query.Length > 0 ? "must have no query and no fragment"
        : null;
}
