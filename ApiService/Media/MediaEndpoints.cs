using Microblog.ApiService.Http;
using Microblog.ApiService.Media.Imaging;
using Microblog.ApiService.OAuth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Media;

/// <summary>Upload, show, describe and delete an attachment (https://docs.joinmastodon.org/methods/media/). Both versions answer when the image is ready.</summary>
public static class MediaEndpoints
{
    private const string Scope = "write:media";

    /// <summary>Maps <c>/api/v1/media</c>, <c>/api/v2/media</c> and the images themselves.</summary>
    public static void MapMedia(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/media", UploadAsync).RequireScope(Scope).AcceptFiles();
        routes.MapPost("/api/v2/media", UploadAsync).RequireScope(Scope).AcceptFiles();
        routes.MapGet("/api/v1/media/{id:long}", ShowAsync).RequireScope(Scope);
        routes.MapPut("/api/v1/media/{id:long}", UpdateAsync).RequireScope(Scope).AcceptFiles();
        routes.MapDelete("/api/v1/media/{id:long}", DeleteAsync).RequireScope(Scope);
        routes.MapMediaFiles();
    }

    private static async Task<Ok<MediaAttachmentEntity>> UploadAsync(
        HttpContext context, RequestFields fields, Caller caller, ImageProcessor images, MediaFiles files, MediaStore store, CancellationToken cancellationToken)
    {
        var upload = fields.File("file") ?? throw ValidationException.Of("file", "ERR_BLANK", "can't be blank");
        var about = MediaFields.Of(fields);
        using var work = new WorkDirectory();
        var (original, preview) = await images.AttachmentAsync(upload, work, cancellationToken);
        if (fields.File("thumbnail") is { } thumbnail)
        {
            preview = await images.PreviewAsync(thumbnail, work, cancellationToken);
        }
        var keys = await files.SaveAsync([original, preview.File], cancellationToken);
        var row = await store.AddAsync(caller.Account, original, keys[0], preview, keys[1], about, cancellationToken);
        return TypedResults.Ok(row.ToEntity(MediaUrl.Of(context)));
    }

    private static async Task<Ok<MediaAttachmentEntity>> ShowAsync(HttpContext context, long id, Caller caller, MediaStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok((await store.UnattachedAsync(caller.Account, id, cancellationToken) ?? throw ApiException.NotFound()).ToEntity(MediaUrl.Of(context)));

    private static async Task<Ok<MediaAttachmentEntity>> UpdateAsync(
        HttpContext context, long id, RequestFields fields, Caller caller, ImageProcessor images, MediaFiles files, MediaStore store, CancellationToken cancellationToken)
    {
        var about = MediaFields.Of(fields);
        // Before anything is worked on; and again when it is written, as it may be posted meanwhile.
        _ = await store.UnattachedAsync(caller.Account, id, cancellationToken) ?? throw ApiException.NotFound();
        ImagePreview? preview = null;
        string? key = null;
        if (fields.File("thumbnail") is { } thumbnail)
        {
            using var work = new WorkDirectory();
            preview = await images.PreviewAsync(thumbnail, work, cancellationToken);
            key = (await files.SaveAsync([preview.File], cancellationToken))[0];
        }
        var row = await store.UpdateAsync(caller.Account, id, about, fields.Has("description"), fields.Has("focus"), preview, key, cancellationToken) ?? throw ApiException.NotFound();
        return TypedResults.Ok(row.ToEntity(MediaUrl.Of(context)));
    }

    private static async Task<Ok<EmptyBody>> DeleteAsync(long id, Caller caller, MediaStore store, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(caller.Account, id, cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }
}
