using Microblog.ApiService.Database;

namespace Microblog.ApiService.Statuses;

/// <summary>
/// The status that somebody favours, reblogs, bookmarks, pins or votes in: of a reblog, its original. Held until the end of the
/// transaction, so that it is still there when a row refers to it. Locks go in one order everywhere, else two requests wait for
/// each other: statuses from parent to reply and from original to reblog or quote
/// (where there are two, by their ids), then polls, then counters of statuses by their ids, then counters of
/// accounts by their ids.
/// </summary>
public sealed record StatusTarget(long Id, long AccountId, short Visibility, long ConversationId)
{
    private const string Original = "s.id = (SELECT coalesce(w.reblog_of_id, w.id) FROM statuses w WHERE w.id = @id)";

    private const string Columns = "s.id, s.account_id, s.visibility, coalesce(s.conversation_id, s.id) AS conversation_id";

    private static readonly string Visible = $"SELECT {Columns} FROM statuses s WHERE {Original} AND {StatusStore.IsVisible} FOR KEY SHARE OF s";

    /// <summary>The status; null when it is not there for the viewer.</summary>
    public static Task<StatusTarget?> FindAsync(Write write, long viewer, long id) => write.SingleAsync<StatusTarget>(Visible, new { id, viewer });

    /// <summary>The status whether the viewer may see it or not; null when there is none.</summary>
    public static Task<StatusTarget?> FindAnyAsync(Write write, long id) =>
        write.SingleAsync<StatusTarget>($"SELECT {Columns} FROM statuses s WHERE {Original} FOR KEY SHARE OF s", new { id });
}
