using System.Globalization;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.Scheduled;

/// <summary>When and how many statuses may be scheduled.</summary>
public static class ScheduledRules
{
    /// <summary>Most scheduled statuses of an account.</summary>
    public const int MaxTotal = 300;

    /// <summary>Most scheduled statuses of an account for one day (UTC).</summary>
    public const int MaxPerDay = 25;

    /// <summary>How far ahead a status has to be scheduled at least.</summary>
    public static readonly TimeSpan MinAhead = TimeSpan.FromMinutes(5);

    /// <summary>Reads a time; 422 when it is none. Without an offset it is UTC.</summary>
    public static DateTime Parse(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && text.AsSpan().IndexOfAnyInRange('0', '9') == 0
            ? time.UtcDateTime
            // The very words that clients know from Mastodon.
            : throw ApiException.Unprocessable("Record invalid");

    /// <summary>What is wrong with a time, in words that follow the field's name; null when nothing is.</summary>
    /// <param name="at">The time, UTC.</param>
    /// <param name="now">Present time, UTC.</param>
    /// <param name="total">Other scheduled statuses of the account.</param>
    /// <param name="sameDay">Those of them for the same day.</param>
    public static string? Refusal(DateTime at, DateTime now, int total, int sameDay) =>
        at < now + MinAhead ? $"must be at least {MinAhead.TotalMinutes:0} minutes in the future"
        : total >= MaxTotal ? $"You have exceeded the limit of {MaxTotal} scheduled posts"
        : sameDay >= MaxPerDay ? $"You have exceeded the limit of {MaxPerDay} scheduled posts for that day"
        : null;
}
