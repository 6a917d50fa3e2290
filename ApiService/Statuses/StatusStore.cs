using Dapper;
using Microblog.ApiService.Accounts;
using Microblog.ApiService.Filters;
using Microblog.ApiService.Media;
using Microblog.ApiService.Polls;
using Microblog.ApiService.Quotes;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Statuses;

/// <summary>Reads statuses: always many at once, each page in one round trip.</summary>
public static class StatusStore
{
    /// <summary>SQL: may the viewer <c>@viewer</c> (NULL: anybody) see status <c>s</c>? The same rule as <see cref="StatusRules.MaySee"/>.</summary>
    public static readonly string IsVisible = ViewerRules.MaySee("@viewer");

    /// <summary>SQL: as <see cref="IsVisible"/>, for timelines of many authors: without those whom the viewer blocks or mutes.</summary>
    public static readonly string IsShown = ViewerRules.IsShown("@viewer");

    private static readonly string InHome = HomeRules.IsInHome("@viewer");

    /// <summary>The statuses asked for, the originals of those that are reblogs, and what all these quote. NULL among them does no harm.</summary>
    private const string All =
        """
        (SELECT unnest(ARRAY[r.id, r.reblog_of_id, r.quote_of_id, o.quote_of_id]) FROM statuses r LEFT JOIN statuses o ON o.id = r.reblog_of_id WHERE r.id = ANY(@ids))
        """;

    /// <summary>Those of the statuses that exist and that the viewer may see, newest first.</summary>
    public static Task<IReadOnlyList<LoadedStatus>> VisibleAsync(NpgsqlConnection connection, long? viewer, IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        LoadAsync(connection, IsVisible, viewer, ids, cancellationToken);

    /// <summary>As <see cref="VisibleAsync"/>, in the order of the ids.</summary>
    public static async Task<IReadOnlyList<LoadedStatus>> InOrderAsync(NpgsqlConnection connection, long? viewer, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        var found = (await VisibleAsync(connection, viewer, ids, cancellationToken)).ToDictionary(status => status.Status.Id);
        return [.. ids.Where(found.ContainsKey).Select(id => found[id])];
    }

    /// <summary>Those of the statuses that exist, whether the viewer may see them or not; only for what the viewer takes back, such as a favourite given before a block.</summary>
    public static Task<IReadOnlyList<LoadedStatus>> AnyAsync(NpgsqlConnection connection, long? viewer, IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        LoadAsync(connection, "true", viewer, ids, cancellationToken);

    /// <summary>Those of the statuses that exist and belong in the viewer's home, newest first.</summary>
    public static Task<IReadOnlyList<LoadedStatus>> InHomeAsync(NpgsqlConnection connection, long viewer, IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        LoadAsync(connection, InHome, viewer, ids, cancellationToken);

    private static async Task<IReadOnlyList<LoadedStatus>> LoadAsync(NpgsqlConnection connection, string rule, long? viewer, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return [];
        }
        // What is the viewer's comes last, so that without a viewer it is not even asked.
        var sql =
            $"""
            SELECT {StatusRow.Columns} {StatusRow.From} WHERE s.id = ANY(@ids) AND {rule} ORDER BY s.id DESC;
            SELECT {StatusRow.Columns} {StatusRow.From} WHERE s.id IN (
                SELECT unnest(ARRAY[r.reblog_of_id, r.quote_of_id, o.quote_of_id]) FROM statuses r LEFT JOIN statuses o ON o.id = r.reblog_of_id
                WHERE r.id = ANY(@ids) AND (r.reblog_of_id IS NOT NULL OR r.quote_of_id IS NOT NULL)) AND {IsVisible};
            SELECT {QuotedRow.Columns} FROM statuses s WHERE s.id IN (SELECT q.quote_of_id FROM statuses q WHERE q.quote_of_id IS NOT NULL AND q.id IN {All});
            SELECT {AccountRow.Columns} FROM accounts a JOIN account_stats t ON t.account_id = a.id
            WHERE a.suspended_at IS NULL AND a.id IN (SELECT s.account_id FROM statuses s WHERE s.id IN {All});
            SELECT m.status_id, a.id, a.username FROM mentions m JOIN accounts a ON a.id = m.account_id WHERE m.status_id IN {All} AND NOT m.silent ORDER BY m.status_id, a.id;
            SELECT {MediaRow.Columns} FROM media_attachments WHERE status_id IN {All} ORDER BY status_id, position;
            SELECT {PollRow.Columns} FROM polls p WHERE p.status_id IN {All};
            {(viewer is null ? "" : OfViewer)}
            """;
        var known = StatusFilters.Known(viewer);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(sql, new { ids = ids as long[] ?? [.. ids], viewer, filtersKnown = known.Version }, cancellationToken: cancellationToken));
        var statuses = await results.ReadAsync<StatusRow>();
        var originals = (await results.ReadAsync<StatusRow>()).ToDictionary(status => status.Id);
        var quoted = (await results.ReadAsync<QuotedRow>()).ToDictionary(row => row.Id);
        var authors = (await results.ReadAsync<AccountRow>()).ToDictionary(account => account.Id);
        var mentions = (await results.ReadAsync<MentionRow>()).ToLookup(mention => mention.StatusId);
        var media = (await results.ReadAsync<MediaRow>()).ToLookup(row => row.StatusId);
        var polls = (await results.ReadAsync<PollRow>()).ToDictionary(poll => poll.StatusId);
        var flags = viewer is null ? [] : (await results.ReadAsync<StatusFlags>()).ToDictionary(flag => flag.StatusId);
        var votes = viewer is null ? null : (await results.ReadAsync<VoteRow>()).ToLookup(vote => vote.StatusId, vote => vote.Choice);
        var filters = viewer is { } reader ? await StatusFilters.ReadAsync(results, reader, known) : StatusFilters.None;

        var loaded = new List<LoadedStatus>(ids.Count);
        foreach (var status in statuses)
        {
            // A status can vanish between the statements; without its author or its original it is gone too.
            if (status.ReblogOfId is null)
            {
                Add(Assemble(status));
            }
            else if (originals.TryGetValue(status.ReblogOfId.Value, out var original) && Assemble(original) is { } reblog)
            {
                Add(Assemble(status, reblog));
            }
        }
        return loaded;

        LoadedStatus? Assemble(StatusRow status, LoadedStatus? reblog = null, bool isQuoted = false) => authors.TryGetValue(status.AccountId, out var author)
            ? new LoadedStatus(
                status, author, [.. mentions[status.Id]], [.. media[status.Id]], polls.GetValueOrDefault(status.Id), reblog, QuoteOf(status, isQuoted), viewer,
                reblog?.Flags ?? flags.GetValueOrDefault(status.Id, StatusFlags.None),
                votes?[status.Id].ToArray(), reblog is null ? filters.Matches(status, polls.GetValueOrDefault(status.Id)) : [])
            : null;

        // A quote in a quoted status goes no deeper.
        LoadedQuote? QuoteOf(StatusRow status, bool isShallow)
        {
            if (status.QuoteOfAccountId is null)
            {
                return null;
            }
            var seen = status.QuoteOfId is { } id ? quoted.GetValueOrDefault(id) : null;
            var isVisible = !status.QuoteRevoked && seen is { IsVisible: true };
            var whole = isVisible && !isShallow && originals.TryGetValue(seen!.Id, out var row) ? Assemble(row, isQuoted: true) : null;
            isVisible = isVisible && (isShallow || whole is not null);
            var state = QuoteRules.State(status.QuoteRevoked, seen is not null, isVisible, seen is { IsBlocked: true }, seen is { IsMuted: true });
            return new LoadedQuote(state, isVisible ? seen!.Id : null, whole, isShallow);
        }

        void Add(LoadedStatus? status)
        {
            if (status is not null)
            {
                loaded.Add(status);
            }
        }
    }

    private const string OfViewer =
        $"""
        SELECT s.id AS status_id,
            EXISTS (SELECT FROM favourites x WHERE x.account_id = @viewer AND x.status_id = s.id) AS favourited,
            EXISTS (SELECT FROM statuses x WHERE x.account_id = @viewer AND x.reblog_of_id = s.id) AS reblogged,
            EXISTS (SELECT FROM bookmarks x WHERE x.account_id = @viewer AND x.status_id = s.id) AS bookmarked,
            EXISTS (SELECT FROM status_pins x WHERE x.account_id = @viewer AND x.status_id = s.id) AS pinned,
            EXISTS (SELECT FROM conversation_mutes x WHERE x.account_id = @viewer AND x.conversation_id = s.conversation_id) AS muted,
            {QuoteRules.MayQuoteSql} AS may_quote
        FROM statuses s WHERE s.id IN {All};
        SELECT v.status_id, v.choice FROM poll_votes v WHERE v.account_id = @viewer AND v.status_id IN {All} ORDER BY v.status_id, v.choice;
        {StatusFilters.Sql}
        """;

    private sealed record VoteRow(long StatusId, short Choice);
}
