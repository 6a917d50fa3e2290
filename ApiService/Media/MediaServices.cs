using Azure.Identity;
using Microblog.ApiService.Media.Imaging;
using Microblog.ApiService.Media.Storage;

namespace Microblog.ApiService.Media;

/// <summary>What media need.</summary>
public static class MediaServices
{
    /// <summary>
    /// Adds upload, storage and clean-up of images. They are kept in <c>Microblog:Media:Container</c>, the address of a container of Azure Blob Storage that the
    /// process's identity may write to, else in <c>Microblog:Media:Directory</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Production with neither: each process would keep images that the others do not have.</exception>
    public static void AddMedia(this WebApplicationBuilder builder)
    {
        var container = builder.Configuration["Microblog:Media:Container"];
        var directory = builder.Configuration["Microblog:Media:Directory"];
        if (string.IsNullOrEmpty(container) && string.IsNullOrEmpty(directory) && builder.Environment.IsProduction())
        {
            throw new InvalidOperationException("Microblog:Media:Container or Microblog:Media:Directory has to say where images are kept.");
        }
        var services = builder.Services;
        services.AddSingleton<IMediaStorage>(_ => string.IsNullOrEmpty(container)
            ? new DiskStorage(string.IsNullOrEmpty(directory) ? Path.Combine(Path.GetTempPath(), "microblog-media") : directory)
            : Blobs(new Uri(container)));
        services.AddSingleton<Vips>().AddSingleton<ImageQueue>().AddSingleton<ImageProcessor>();
        services.AddSingleton<MediaFiles>().AddSingleton<MediaStore>().AddSingleton<ProfileImages>();
        services.AddSingleton<MediaCleanup>().AddHostedService(provider => provider.GetRequiredService<MediaCleanup>());
    }

    private static BlobStorage Blobs(Uri container) => new(container, container.Query.Length > 0 ? null : new DefaultAzureCredential());
}
