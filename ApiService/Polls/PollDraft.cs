using System.Globalization;
using Microblog.ApiService.Http;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Polls;

/// <summary>A poll as a client asks for it, checked (https://docs.joinmastodon.org/methods/statuses/#form-data-parameters).</summary>
/// <param name="Options">What can be chosen.</param>
/// <param name="ExpiresIn">Seconds until it ends.</param>
/// <param name="Multiple">Whether one may choose several.</param>
/// <param name="HideTotals">Whether counts are hidden until it ends.</param>
public sealed record PollDraft(string[] Options, int ExpiresIn, bool Multiple, bool HideTotals)
{
    /// <summary>Fewest options.</summary>
    public const int MinOptions = 2;

    /// <summary>Most options.</summary>
    public const int MaxOptions = 4;

    /// <summary>Longest option, in characters (grapheme clusters).</summary>
    public const int MaxCharactersPerOption = 50;

    /// <summary>Shortest duration, in seconds.</summary>
    public const int MinExpiration = 300;

    /// <summary>Longest duration, in seconds: a month.</summary>
    public const int MaxExpiration = 2_629_746;

    // The longest emoji have about half as many; without a limit one letter with a million accents would be one character.
    private const int MaxCodeUnitsPerCharacter = 32;

    /// <summary>Reads the fields <c>poll[…]</c> and adds what is wrong with them; null when there is no poll.</summary>
    public static PollDraft? Of(RequestFields fields, FieldErrors errors)
    {
        if (fields.List("poll[options]").Count == 0)
        {
            return null;
        }
        string[] options = [.. fields.List("poll[options]").Select(StatusText.Clean).Where(option => option.Length > 0)];
        errors.Add(options.Length < MinOptions, "poll_options", "ERR_TOO_FEW", "must have more than one item");
        errors.Add(options.Length > MaxOptions, "poll_options", "ERR_TOO_MANY", $"can't contain more than {MaxOptions} items");
        errors.Add(options.Any(IsTooLong), "poll_options", "ERR_TOO_LONG", $"cannot be longer than {MaxCharactersPerOption} characters each");
        errors.Add(options.Distinct(StringComparer.Ordinal).Count() < options.Length, "poll_options", "ERR_TAKEN", "contain duplicate items");
        var duration = fields.Number("poll[expires_in]");
        errors.Add(duration is null, "poll_expires_in", "ERR_BLANK", "can't be blank");
        errors.Add(duration < MinExpiration, "poll_expires_in", "ERR_TOO_SHORT", $"is too soon (minimum is {MinExpiration} seconds)");
        errors.Add(duration > MaxExpiration, "poll_expires_in", "ERR_TOO_LONG", $"is too far into the future (maximum is {MaxExpiration} seconds)");
        return new PollDraft(options, duration ?? 0, fields.Flag("poll[multiple]") ?? false, fields.Flag("poll[hide_totals]") ?? false);
    }

    private static bool IsTooLong(string option) =>
        option.Length > MaxCharactersPerOption * MaxCodeUnitsPerCharacter || new StringInfo(option).LengthInTextElements > MaxCharactersPerOption;
}
