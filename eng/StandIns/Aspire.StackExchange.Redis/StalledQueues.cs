using System.Collections;
using System.Reflection;
using StackExchange.Redis;

namespace Aspire.StackExchange.Redis;

/// <summary>
/// Old clients lose commands: when one is queued at the moment in which another thread writes to the connection (as while
/// connecting), nobody is told to send it, and none that is queued behind it. Nothing ends that, not even the client's own
/// keep-alive, which queues up as well. So the writer is told again twice a second. It needs members that are not public;
/// the version is pinned in the project file. Version 2 was written anew and has no such queue.
/// </summary>
internal static class StalledQueues
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static readonly MethodInfo RequestWrite = Member(typeof(ConnectionMultiplexer).GetMethod("RequestWrite", Members), "ConnectionMultiplexer.RequestWrite");

    private static readonly FieldInfo Servers = Member(typeof(ConnectionMultiplexer).GetField("serverSnapshot", Members), "ConnectionMultiplexer.serverSnapshot");

    private static readonly FieldInfo[] Connections =
    [
        Member(Servers.FieldType.GetElementType()!.GetField("interactive", Members), "ServerEndPoint.interactive"),
        Member(Servers.FieldType.GetElementType()!.GetField("subscription", Members), "ServerEndPoint.subscription"),
    ];

    /// <summary>Looks after a client for as long as anybody uses it.</summary>
    public static void Watch(ConnectionMultiplexer redis) => _ = WatchAsync(new WeakReference<ConnectionMultiplexer>(redis));

    private static async Task WatchAsync(WeakReference<ConnectionMultiplexer> watched)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync() && TellWriters(watched))
        {
        }
    }

    private static bool TellWriters(WeakReference<ConnectionMultiplexer> watched)
    {
        if (!watched.TryGetTarget(out var redis))
        {
            return false;
        }
        var connections = from object? server in (IEnumerable)Servers.GetValue(redis)!
                          where server is not null
                          from field in Connections
                          select field.GetValue(server);
        foreach (var connection in connections.OfType<object>())
        {
            RequestWrite.Invoke(redis, [connection, true]);
        }
        return true;
    }

    private static T Member<T>(T? found, string name) where T : class =>
        found ?? throw new MissingMemberException($"{name} is not in this version of StackExchange.Redis; versions from 2 on do not need {nameof(StalledQueues)}.");
}
