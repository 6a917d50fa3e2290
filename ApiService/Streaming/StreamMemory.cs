using System.Buffers.Text;
using System.Globalization;

namespace Microblog.ApiService.Streaming;

/// <summary>Kinds of events that can be sent again after a pause; the values are part of cursors.</summary>
public enum StreamMarkKind
{
    /// <summary>A status, by its id.</summary>
    Update,

    /// <summary>An edit, by its time.</summary>
    Edit,

    /// <summary>A deletion, by the id that it got.</summary>
    Delete,

    /// <summary>A notification, by its id.</summary>
    Notification,

    /// <summary>A conversation that moved up, by its last status.</summary>
    Conversation,
}

/// <summary>An event as a stream remembers it. All positions are made like ids: milliseconds since 1970, then 16 bits.</summary>
/// <param name="Position">Id or time.</param>
/// <param name="Kind">What it was.</param>
public readonly record struct StreamMark(long Position, StreamMarkKind Kind) : IComparable<StreamMark>
{
    /// <summary>A time as a position.</summary>
    public static long At(DateTimeOffset time) => time.ToUnixTimeMilliseconds() << 16;

    /// <summary>A position as a time.</summary>
    public static DateTimeOffset Time(long position) => DateTimeOffset.FromUnixTimeMilliseconds(position >> 16);

    /// <inheritdoc/>
    public int CompareTo(StreamMark other) => Position != other.Position ? Position.CompareTo(other.Position) : Kind.CompareTo(other.Kind);

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <(StreamMark left, StreamMark right) => left.CompareTo(right) < 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >(StreamMark left, StreamMark right) => left.CompareTo(right) > 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <=(StreamMark left, StreamMark right) => left.CompareTo(right) <= 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >=(StreamMark left, StreamMark right) => left.CompareTo(right) >= 0;
}

/// <summary>
/// What one stream has sent. Ids are made before the commit, so a row may appear below one that was sent already; therefore a
/// cursor is not one id, but a floor (nothing below is missing) and the marks of everything sent above it. The floor follows the
/// newest event at <see cref="StreamOptions.Window"/>, further when events come late. Not safe for threads.
/// </summary>
/// <param name="start">Position from which on the stream owes its client everything.</param>
public sealed class StreamMemory(long start)
{
    /// <summary>Marks kept, so that an event that comes again, or by another way, is known.</summary>
    private const int MaxKept = 2_000;

    /// <summary>Marks in a cursor; where more were sent within the window, the floor is higher.</summary>
    private const int MaxCarried = 256;

    private const byte Version = 2;

    /// <summary>Bits of a mark's kind in a cursor.</summary>
    private const int KindBits = 3;

    private readonly SortedSet<StreamMark> _sent = [];
    private long _floor = start;
    private TimeSpan _lag;

    /// <summary>Position from which on everything has to be looked at again.</summary>
    public long Floor => Math.Max(_floor, Newest - Positions(StreamOptions.Window + _lag));

    private long Newest => _sent.Count == 0 ? 0 : _sent.Max.Position;

    /// <summary>Whether an event lies before everything this stream owes or remembers.</summary>
    public bool IsBefore(StreamMark mark) => mark.Position <= _floor;

    /// <summary>Whether an event was sent.</summary>
    public bool Contains(StreamMark mark) => _sent.Contains(mark);

    /// <summary>Remembers an event; false when it was sent before.</summary>
    /// <param name="mark">The event.</param>
    /// <param name="lag">How late it came.</param>
    public bool Add(StreamMark mark, TimeSpan lag)
    {
        if (!_sent.Add(mark))
        {
            return false;
        }
        _lag = lag > _lag ? lag : _lag / 2;
        while (_sent.Count > MaxKept)
        {
            _floor = Math.Max(_floor, _sent.Min.Position);
            _sent.Remove(_sent.Min);
        }
        return true;
    }

    /// <summary>Owes nothing before a position any more.</summary>
    public void Restart(long now) => _floor = Math.Max(_floor, now);

    /// <summary>Where the stream stands, as an opaque text that any process can go on from.</summary>
    public string Cursor()
    {
        var floor = Floor;
        var marks = _sent.Reverse().TakeWhile(mark => mark.Position > floor).Take(MaxCarried + 1).ToList();
        if (marks.Count > MaxCarried)
        {
            floor = marks[^1].Position;
            marks.RemoveAll(mark => mark.Position <= floor);
        }
        marks.Reverse();
        var bytes = new List<byte>(16 + marks.Count * 5) { Version };
        Write(bytes, (ulong)floor);
        var last = floor;
        foreach (var mark in marks)
        {
            Write(bytes, (ulong)(mark.Position - last) << KindBits | (uint)mark.Kind);
            last = mark.Position;
        }
        return Base64Url.EncodeToString([.. bytes]);
    }

    /// <summary>The memory that a cursor describes; null when it is none. A plain id is a cursor too: everything above it is wanted.</summary>
    public static StreamMemory? Parse(string cursor)
    {
        if (long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            var known = new StreamMemory(id);
            known._sent.Add(new StreamMark(id, StreamMarkKind.Update));
            known._sent.Add(new StreamMark(id, StreamMarkKind.Notification));
            return known;
        }
        if (cursor.Length > 4096 || !Base64Url.IsValid(cursor) || Base64Url.DecodeFromChars(cursor) is not [Version, .. var rest])
        {
            return null;
        }
        var bytes = rest.AsSpan();
        if (!TryRead(ref bytes, out var floor) || floor > long.MaxValue)
        {
            return null;
        }
        var memory = new StreamMemory((long)floor);
        var last = (long)floor;
        while (!bytes.IsEmpty)
        {
            if (!TryRead(ref bytes, out var next))
            {
                return null;
            }
            last += (long)(next >> KindBits);
            if (last < 0)
            {
                return null;
            }
            memory._sent.Add(new StreamMark(last, (StreamMarkKind)(next & ((1 << KindBits) - 1))));
        }
        return memory;
    }

    private static long Positions(TimeSpan time) => (long)time.TotalMilliseconds << 16;

    private static void Write(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        bytes.Add((byte)value);
    }

    private static bool TryRead(ref Span<byte> bytes, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && !bytes.IsEmpty; shift += 7)
        {
            var part = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return true;
            }
        }
        return false;
    }
}
