using System.Globalization;

namespace Microblog.Infra.Settings;

/// <summary>A schedule of five fields in UTC, as Container Apps and Kubernetes read it.</summary>
/// <param name="Minutes">Minutes of the hour.</param>
/// <param name="Hours">Hours of the day.</param>
/// <param name="Days">Days of the month.</param>
/// <param name="Months">Months of the year.</param>
/// <param name="Weekdays">Days of the week, 0 for Sunday.</param>
/// <param name="IsEither">Day of the month and of the week are both restricted: then one of them is enough.</param>
public sealed record Cron(IReadOnlyList<int> Minutes, IReadOnlyList<int> Hours, IReadOnlyList<int> Days, IReadOnlyList<int> Months, IReadOnlyList<int> Weekdays, bool IsEither)
{
    /// <summary>Reads a schedule; null when it is none.</summary>
    public static Cron? TryParse(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var minute, var hour, var day, var month, var weekday]
        && Field(minute, 0, 59) is { } minutes && Field(hour, 0, 23) is { } hours && Field(day, 1, 31) is { } days && Field(month, 1, 12) is { } months && Field(weekday, 0, 7) is { } weekdays
            ? new Cron(minutes, hours, days, months, [.. weekdays.Select(value => value % 7).Distinct().Order()], !day.StartsWith('*') && !weekday.StartsWith('*'))
            : null;

    private static List<int>? Field(string field, int min, int max)
    {
        var values = new SortedSet<int>();
        foreach (var part in field.Split(','))
        {
            if (Range(part, min, max) is not { } range)
            {
                return null;
            }
            for (var value = range.From; value <= range.To; value += range.Step)
            {
                values.Add(value);
            }
        }
        return [.. values];
    }

    private static (int From, int To, int Step)? Range(string part, int min, int max)
    {
        var pieces = part.Split('/');
        var step = 1;
        if (pieces.Length > 2 || (pieces.Length == 2 && (!Number(pieces[1], out step) || step == 0)))
        {
            return null;
        }
        int from, to;
        if (pieces[0] == "*")
        {
            (from, to) = (min, max);
        }
        else if (pieces[0].Split('-') is [var first, var last])
        {
            if (!Number(first, out from) || !Number(last, out to))
            {
                return null;
            }
        }
        else if (Number(pieces[0], out from))
        {
            to = pieces.Length == 2 ? max : from;
        }
        else
        {
            return null;
        }
        return from >= min && to <= max && from <= to ? (from, to, step) : null;
    }

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
