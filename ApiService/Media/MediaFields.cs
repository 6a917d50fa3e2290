using System.Globalization;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.Media;

/// <summary>What the client says about an image, checked.</summary>
/// <param name="Description">The image in words; null when there are none.</param>
/// <param name="Focus">The place that must stay visible; null when there is none.</param>
public sealed record MediaFields(string? Description, (float X, float Y)? Focus)
{
    /// <summary>Reads the fields <c>description</c> and <c>focus</c>.</summary>
    /// <exception cref="ValidationException">One of them cannot be taken.</exception>
    public static MediaFields Of(RequestFields fields) => Of(fields.Text("description"), fields.Text("focus"));

    /// <summary>Reads a description and a focus, each as it was sent.</summary>
    /// <exception cref="ValidationException">One of them cannot be taken.</exception>
    public static MediaFields Of(string? sentDescription, string? sentFocus)
    {
        var errors = new FieldErrors();
        var description = sentDescription?.Trim() is { Length: > 0 } text ? text : null;
        // Counted as PostgreSQL counts.
        errors.Add(description?.EnumerateRunes().Count() > MediaLimits.MaxDescription, "description", "ERR_TOO_LONG", $"is too long (maximum is {MediaLimits.MaxDescription} characters)");
        var point = sentFocus is { Length: > 0 } focus ? focus : null;
        errors.Add(point is not null && Parse(point) is null, "focus", "ERR_INVALID", "must be two numbers from -1 to 1 with a comma between them");
        errors.ThrowIfAny();
        return new MediaFields(description, point is null ? null : Parse(point));
    }

    private static (float X, float Y)? Parse(string text) =>
        text.Split(',') is [var x, var y] && Coordinate(x) is { } left && Coordinate(y) is { } top ? (left, top) : null;

    private static float? Coordinate(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= -1 and <= 1 ? number : null;
}
