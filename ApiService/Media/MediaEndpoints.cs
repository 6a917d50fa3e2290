using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media.Imaging;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Media;

/// <summary>Upload, show, describe and delete an attachment (https://docs.joinmastodon.org/methods/media/). Both versions answer when the image is ready.</summary>
public static class MediaEndpoints
{
    private const string Scope = "write:media";

    private const string Id = "Id of the attachment.";

    /// <summary>Maps <c>/api/v1/media</c>, <c>/api/v2/media</c> and the images themselves.</summary>
    public static void MapMedia(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/media", UploadAsync).RequireScope(Scope).AcceptFiles().Describe("Upload a picture, version 1", "The same as version 2.", it => Fields(Image(it)).Returns("The attachment, ready to be posted."));
        routes.MapPost("/api/v2/media", UploadAsync).RequireScope(Scope).AcceptFiles().Describe("Upload a picture", "To be posted within a day. The answer comes when it is ready, not before. Places and cameras are removed from it, and it is scaled down where it is larger than 3840×2160.", it => Fields(Image(it)).Returns("The attachment, ready to be posted."));
        routes.MapGet("/api/v1/media/{id:long}", ShowAsync).RequireScope(Scope).Describe("Show an attachment", "One's own that is not posted yet.", it => it.Path("id", Id, ParameterKind.Id, "115548829612032000").Returns("The attachment."));
        routes.MapPut("/api/v1/media/{id:long}", UpdateAsync).RequireScope(Scope).AcceptFiles().Describe("Change an attachment", "One's own that is not posted yet; what is not sent stays.", it => Fields(it.Path("id", Id, ParameterKind.Id, "115548829612032000")).Returns("The attachment."));
        routes.MapDelete("/api/v1/media/{id:long}", DeleteAsync).RequireScope(Scope).Describe("Delete an attachment", "One's own that no status has.", it => it.Path("id", Id, ParameterKind.Id, "115548829612032000").Error(422, "A status has it.").Returns("Nothing to say."));
        routes.MapMediaFiles();
    }

    private static OperationDescription Image(OperationDescription it) => it
        .Body("file", $"PNG, JPEG, GIF, WebP or AVIF of at most {MediaLimits.MaxImageBytes / 1024 / 1024} MiB and {MediaLimits.MaxPixels:N0} pixels. Video and sound are not taken.", ParameterKind.File, required: true, example: "photo.jpg")
        .Error(413, "The file is too large.");

    private static OperationDescription Fields(OperationDescription it) => it
        .Body("thumbnail", "A picture to be shown in small instead.", ParameterKind.File, example: "thumbnail.jpg")
        .Body("description", "The picture in words, for those who do not see it.", max: MediaLimits.MaxDescription, example: "A lighthouse at dusk")
        .Body("focus", "The place that stays visible when the picture is cut: two numbers from -1 to 1.", example: "0.0,0.5")
        .Error(503, "More pictures are being worked on than this server can; try again after `Retry-After` seconds.");

    private static async Task<Ok<MediaAttachmentEntity>> UploadAsync(
        HttpContext context, RequestFields fields, Caller caller, Idempotency idempotency, ImageProcessor images, MediaFiles files, MediaStore store, Db db, CancellationToken cancellationToken)
    {
        if (await idempotency.EarlierAsync(db, cancellationToken) is { } earlier)
        {
            return await OfAsync(context, earlier, caller, store, cancellationToken);
        }
        var upload = fields.File("file") ?? throw ValidationException.Of("file", "ERR_BLANK", "can't be blank");
        var about = MediaFields.Of(fields);
        using var work = new WorkDirectory();
        var (original, preview) = await images.AttachmentAsync(upload, work, cancellationToken);
        if (fields.File("thumbnail") is { } thumbnail)
        {
            preview = await images.PreviewAsync(thumbnail, work, cancellationToken);
        }
        var keys = await files.SaveAsync([original, preview.File], cancellationToken);
        // Of two at the same time the files of the second are left over, which MediaCleanup deletes.
        var (id, _) = await idempotency.WriteAsync(db, write => MediaStore.AddAsync(write, caller.Account, original, keys[0], preview, keys[1], about), cancellationToken);
        return await OfAsync(context, id, caller, store, cancellationToken);
    }

    private static async Task<Ok<MediaAttachmentEntity>> OfAsync(HttpContext context, long id, Caller caller, MediaStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok((await store.FindAsync(caller.Account, id, cancellationToken) ?? throw ApiException.NotFound()).ToEntity(MediaUrl.Of(context)));

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
