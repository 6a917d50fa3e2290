namespace Microblog.ApiService.Media.Imaging;

/// <summary>The file is no image that is taken; the message follows the field's name in a sentence.</summary>
public sealed class ImageException(string message) : Exception(message);
