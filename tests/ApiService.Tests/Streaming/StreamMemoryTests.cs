using Microblog.ApiService.Streaming;

namespace Microblog.ApiService.Tests.Streaming;

public sealed class StreamMemoryTests
{
    private static readonly long Second = 1000L << 16;

    [Fact]
    public void A_cursor_says_the_same_to_another_process()
    {
        var memory = new StreamMemory(5 * Second);
        StreamMark[] marks = [new(100 * Second, StreamMarkKind.Update), new(100 * Second, StreamMarkKind.Delete), new(90 * Second + 7, StreamMarkKind.Notification), new(101 * Second, StreamMarkKind.Edit)];
        Assert.All(marks, mark => Assert.True(memory.Add(mark, TimeSpan.Zero)));

        var read = StreamMemory.Parse(memory.Cursor())!;
        Assert.Equal(memory.Floor, read.Floor);
        Assert.All(marks, mark => Assert.False(read.Add(mark, TimeSpan.Zero)));
        Assert.True(read.Add(new StreamMark(100 * Second, StreamMarkKind.Notification), TimeSpan.Zero));
    }

    [Fact]
    public void The_floor_follows_the_newest_event_at_the_window_and_further_when_events_come_late()
    {
        var memory = new StreamMemory(0);
        memory.Add(new StreamMark(100 * Second, StreamMarkKind.Update), TimeSpan.Zero);
        Assert.Equal(70 * Second, memory.Floor);
        memory.Add(new StreamMark(101 * Second, StreamMarkKind.Update), TimeSpan.FromSeconds(20));
        Assert.Equal(51 * Second, memory.Floor);
        Assert.Equal(99 * Second, Later().Floor);
        static StreamMemory Later()
        {
            var late = new StreamMemory(99 * Second);
            late.Add(new StreamMark(100 * Second, StreamMarkKind.Update), TimeSpan.Zero);
            return late;
        }
    }

    [Fact]
    public void A_busy_stream_keeps_its_cursor_small_by_a_higher_floor_and_forgets_nothing_sent_above_it()
    {
        var memory = new StreamMemory(0);
        for (var i = 1; i <= 5_000; i++)
        {
            memory.Add(new StreamMark(1000 * Second + i, StreamMarkKind.Update), TimeSpan.Zero);
        }
        var cursor = memory.Cursor();
        Assert.InRange(cursor.Length, 1, 2_000);
        var read = StreamMemory.Parse(cursor)!;
        Assert.True(read.Floor >= 1000 * Second + 4_700);
        Assert.All(Enumerable.Range(1, 5_000).Select(i => new StreamMark(1000 * Second + i, StreamMarkKind.Update)), mark => Assert.True(mark.Position <= read.Floor || read.Contains(mark)));
        Assert.True(memory.IsBefore(new StreamMark(1000 * Second + 1, StreamMarkKind.Update)));
    }

    [Theory]
    [InlineData("!")]
    [InlineData("AAAA")]
    [InlineData("AQ")]
    [InlineData("Af__________________")]
    [InlineData("99999999999999999999")]
    public void Nonsense_is_no_cursor(string text) => Assert.Null(StreamMemory.Parse(text));
}
