namespace Microblog.ApiService.Streaming;

/// <summary>Limits and intervals of the streams; section <c>Microblog:Streaming</c> of the configuration.</summary>
public sealed class StreamOptions
{
    /// <summary>How often a WebSocket is pinged.</summary>
    public TimeSpan Ping { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a ping may stay unanswered before the socket counts as dead.</summary>
    public TimeSpan PongTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often an event stream gets a comment, so that proxies do not take it for idle.</summary>
    public TimeSpan Thump { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one write to a client may take.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Events that wait for a client at most; whoever is further behind is cut off and resumes when it can.</summary>
    public int Queue { get; set; } = 1_000;

    /// <summary>Connections of one account to this process at most.</summary>
    public int PerAccount { get; set; } = 32;

    /// <summary>Connections to this process at most.</summary>
    public int PerProcess { get; set; } = 10_000;

    /// <summary>How often the tokens of the connected are looked at again, besides when one is revoked.</summary>
    public TimeSpan TokenCheck { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Streams on one socket at most.</summary>
    public const int PerConnection = 100;

    /// <summary>Events that are sent after a pause at most; who missed more is told to read the timeline.</summary>
    public const int MaxReplay = 400;

    /// <summary>Longest frame of a client, in bytes.</summary>
    public const int MaxFrame = 4 * 1024;

    /// <summary>How late a row may appear in the database after its id was made, and how far clocks may differ.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
}
