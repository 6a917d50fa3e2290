using Microblog.ApiService.Polls;
using Microblog.ApiService.Reblogs;
using Microblog.ApiService.Scheduled;
using Microblog.ApiService.Statuses;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Tests.Statuses;

/// <summary>The rules that are no SQL, case by case.</summary>
public sealed class StatusRulesTests
{
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private static readonly PollRow Poll = new(1, 7, ["a", "b", "c"], [0, 0, 0], Multiple: false, HideTotals: false, 0, Noon);

    [Theory]
    [InlineData("text", "warning", false, "text", "warning")]
    [InlineData("", "warning", false, "warning", "")]
    [InlineData("", "warning", true, "", "warning")]
    [InlineData("", "", false, "", "")]
    public void A_warning_with_nothing_behind_it_is_the_text(string text, string spoiler, bool hasMedia, string expectedText, string expectedSpoiler) =>
        Assert.Equal((expectedText, expectedSpoiler), StatusContent.Arrange(text, spoiler, hasMedia));

    [Theory]
    [InlineData(Visibility.Public, false, true)]
    [InlineData(Visibility.Unlisted, false, true)]
    [InlineData(Visibility.Private, false, false)]
    [InlineData(Visibility.Private, true, true)]
    [InlineData(Visibility.Direct, true, false)]
    public void What_is_not_for_everybody_only_its_author_reblogs(Visibility original, bool isOwn, bool may) => Assert.Equal(may, ReblogRules.MayReblog(original, isOwn));

    [Theory]
    [InlineData(Visibility.Public, null, Visibility.Unlisted, false, Visibility.Unlisted)]
    [InlineData(Visibility.Public, Visibility.Private, Visibility.Public, false, Visibility.Private)]
    [InlineData(Visibility.Private, Visibility.Public, Visibility.Public, false, Visibility.Private)]
    [InlineData(Visibility.Public, null, Visibility.Direct, false, Visibility.Private)]
    [InlineData(Visibility.Public, null, Visibility.Public, true, Visibility.Unlisted)]
    public void A_reblog_is_never_for_more_than_the_original(Visibility original, Visibility? asked, Visibility preset, bool isLimited, Visibility expected) =>
        Assert.Equal(expected, ReblogRules.Of(original, asked, preset, isLimited));

    [Theory]
    [InlineData(false, 8, new[] { 1 }, new short[0], -1, null)]
    [InlineData(false, 8, new[] { 1 }, new short[0], 0, "The poll has already ended")]
    [InlineData(false, 7, new[] { 1 }, new short[0], -1, "You cannot vote in your own polls")]
    [InlineData(false, 8, new int[0], new short[0], -1, "Choices can't be blank")]
    [InlineData(false, 8, new[] { 3 }, new short[0], -1, "The chosen vote option does not exist")]
    [InlineData(false, 8, new[] { -1 }, new short[0], -1, "The chosen vote option does not exist")]
    [InlineData(false, 8, new[] { 0, 2 }, new short[0], -1, "You have already voted on this poll")]
    [InlineData(false, 8, new[] { 0 }, new short[] { 1 }, -1, "You have already voted on this poll")]
    [InlineData(true, 8, new[] { 0, 1, 2 }, new short[0], -1, null)]
    [InlineData(true, 8, new[] { 2 }, new short[] { 0 }, -1, null)]
    [InlineData(true, 8, new[] { 0, 2 }, new short[] { 0 }, -1, "You have already voted on this poll")]
    public void A_vote_counts_once(bool multiple, long voter, int[] choices, short[] earlier, int secondsAfterEnd, string? refusal) =>
        Assert.Equal(refusal, PollRules.Refusal(Poll with { Multiple = multiple }, voter, choices, earlier, Noon.AddSeconds(secondsAfterEnd)));

    [Theory]
    [InlineData(299, 0, 0, "must be at least 5 minutes in the future")]
    [InlineData(300, 299, 24, null)]
    [InlineData(300, 300, 0, "You have exceeded the limit of 300 scheduled posts")]
    [InlineData(300, 25, 25, "You have exceeded the limit of 25 scheduled posts for that day")]
    public void A_schedule_is_some_minutes_ahead_and_one_of_not_too_many(int secondsAhead, int total, int sameDay, string? refusal) =>
        Assert.Equal(refusal, ScheduledRules.Refusal(Noon.AddSeconds(secondsAhead), Noon, total, sameDay));

    [Theory]
    [InlineData("2026-01-31T12:00:00.123Z", "2026-01-31T12:00:00.123Z")]
    [InlineData("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000Z")]
    [InlineData("2026-01-31 12:00:00", "2026-01-31T12:00:00.000Z")]
    public void Times_are_read_in_the_forms_that_clients_send(string text, string expected) =>
        Assert.Equal(expected, ScheduledRules.Parse(text).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("banana")]
    [InlineData("May")]
    [InlineData("99999-01-01")]
    public void What_is_no_time_is_refused(string text) => Assert.Equal("Record invalid", Assert.Throws<Microblog.ApiService.Http.ApiException>(() => ScheduledRules.Parse(text)).Message);

    [Theory]
    [InlineData("a", "", false, "en", null, false, false, false, false)]
    [InlineData("b", "", false, "en", null, true, false, false, false)]
    [InlineData("a", "w", false, "en", null, false, true, false, false)]
    [InlineData("a", "", true, "en", null, false, true, false, false)]
    [InlineData("a", "", false, "de", null, false, false, false, true)]
    [InlineData("a", "", false, "en", "x,y", false, false, true, false)]
    public void An_edit_is_a_version_when_a_reader_sees_a_difference(string text, string spoiler, bool sensitive, string language, string? options, bool ofText, bool ofWarning, bool ofPoll, bool ofLanguage)
    {
        var before = new WrittenRow("a", "", Sensitive: false, "en", Noon);
        var after = new StatusContent(StatusText.Parse(text), spoiler, sensitive, language, options is null ? null : new PollDraft(options.Split(','), 600, false, false), []);

        var change = StatusChange.Between(before, null, after);

        Assert.Equal(new StatusChange(ofText, ofWarning, ofPoll, ofLanguage), change);
        Assert.Equal(ofText || ofWarning || ofPoll, change.IsRevision);
    }

    [Theory]
    [InlineData("a,b", false, false)]
    [InlineData("a,c", false, true)]
    [InlineData("b,a", false, true)]
    [InlineData("a,b", true, true)]
    [InlineData(null, false, true)]
    public void A_poll_begins_anew_when_its_question_changes(string? options, bool multiple, bool isNew)
    {
        var before = new WrittenRow("a", "", Sensitive: false, "en", Noon);
        var poll = new PollRow(1, 7, ["a", "b"], [1, 2], Multiple: false, HideTotals: true, 3, Noon);
        var after = new StatusContent(StatusText.Parse("a"), "", false, "en", options is null ? null : new PollDraft(options.Split(','), 600, multiple, false), []);

        Assert.Equal(isNew, StatusChange.Between(before, poll, after).Poll);
    }
}
