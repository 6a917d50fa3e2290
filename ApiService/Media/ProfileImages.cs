using Microblog.ApiService.Media.Imaging;

namespace Microblog.ApiService.Media;

/// <summary>Which picture of a profile.</summary>
public enum ProfileImage
{
    /// <summary>The face, 400×400.</summary>
    Avatar,

    /// <summary>The banner, 1500×500.</summary>
    Header,
}

/// <summary>Pictures of profiles. Always still and cut to size.</summary>
public sealed class ProfileImages(ImageProcessor images, MediaFiles files)
{
    /// <summary>
    /// Stores a picture and returns its key, for <c>accounts.avatar_key</c> or <c>header_key</c>. Write it there within the hour: until then the file counts as
    /// discarded. The file of the key that was there before goes by itself, and so do both with the account.
    /// </summary>
    /// <exception cref="Http.ApiException">422 when it is no image that is taken, 503 when images cannot be processed or stored now.</exception>
    public async Task<string> SaveAsync(IFormFile upload, ProfileImage kind, CancellationToken cancellationToken)
    {
        var (width, height) = kind is ProfileImage.Avatar ? (400, 400) : (1500, 500);
        using var work = new WorkDirectory();
        var image = await images.CroppedAsync(upload, work, width, height, cancellationToken);
        return (await files.SaveAsync([image], cancellationToken))[0];
    }
}
