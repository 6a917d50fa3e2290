namespace Microblog.ApiService.OpenApi;

/// <summary>
/// States beside each route what the API's description (<c>/openapi/v1.json</c>, to try out at <c>/docs</c>) says about it. How to:
/// <code>
/// statuses.MapPost("", PostAsync).RequireScope("write:statuses").Describe("Post a status", "Publishes a text to the followers of its author.", it => it
///     .Body("status", "The text. A link counts as 23 characters.", max: 256, required: true, example: "Hello")
///     .Body("media_ids", "Attachments, uploaded before.", ParameterKind.Ids, max: 4, example: "1")
///     .Body("visibility", "Who may see it.", oneOf: ["public", "unlisted", "private", "direct"], byDefault: "public")
///     .Error(404, "The status it replies to cannot be seen."));
/// timelines.MapGet("/public", PublicAsync).Describe("Public timeline", "Everybody's public statuses.", it => it
///     .Open()
///     .Query("local", "Only from this server.", ParameterKind.Flag, example: true)
///     .Paged(byDefault: 20, max: 40));
/// </code>
/// What is there by itself: the scopes of <c>RequireScope</c>; the <c>Idempotency-Key</c> where the handler takes an <c>Idempotency</c>; ids in the path (<c>{id:long}</c>; others need <c>Path</c>); the body of the answer from the
/// handler's return type (else <c>.Produces&lt;T&gt;()</c>); 400, 401, 403, 404, 422, 429 and 503 where they can occur; the example call.
/// What a route needs: a summary, a description, every parameter with an example (or a list of values), and either a scope or
/// <c>Open</c>, which says that none was forgotten. A route that is not for clients says <c>.ExcludeFromDescription()</c>.
/// <c>ApiDescriptionTests</c> lists what lacks any of this.
/// </summary>
public static class Description
{
    /// <summary>Describes a route.</summary>
    /// <param name="builder">The route.</param>
    /// <param name="summary">A few words, as in a table of contents.</param>
    /// <param name="description">What it does and what clients must know; Markdown.</param>
    /// <param name="more">Parameters, errors and whether a token is needed.</param>
    public static TBuilder Describe<TBuilder>(this TBuilder builder, string summary, string description, Action<OperationDescription>? more = null)
        where TBuilder : IEndpointConventionBuilder
    {
        var operation = new OperationDescription(summary, description);
        more?.Invoke(operation);
        return builder.WithMetadata(operation);
    }
}
