using Dapper;
using Microblog.ApiService.Filters;
using Microblog.ApiService.Statuses;
using Npgsql;

namespace Microblog.ApiService.Streaming;

/// <summary>
/// What statuses are to those who get them: what they did with them, how they voted, which of their filters they meet. Read for all
/// of them at once, by queries that return only what there is; most statuses are new to everybody, and all those share one payload.
/// </summary>
public sealed class StreamViews
{
    private const string Sql =
        """
        SELECT x.account_id, x.status_id, 'favourited' AS what FROM favourites x WHERE x.status_id = ANY(@ids) AND x.account_id = ANY(@viewers)
        UNION ALL SELECT x.account_id, x.reblog_of_id, 'reblogged' FROM statuses x WHERE x.reblog_of_id = ANY(@ids) AND x.account_id = ANY(@viewers)
        UNION ALL SELECT x.account_id, x.status_id, 'bookmarked' FROM bookmarks x WHERE x.status_id = ANY(@ids) AND x.account_id = ANY(@viewers)
        UNION ALL SELECT x.account_id, x.status_id, 'pinned' FROM status_pins x WHERE x.status_id = ANY(@ids) AND x.account_id = ANY(@viewers)
        UNION ALL SELECT x.account_id, s.id, 'muted' FROM statuses s JOIN conversation_mutes x ON x.conversation_id = s.conversation_id WHERE s.id = ANY(@ids) AND x.account_id = ANY(@viewers)
        UNION ALL SELECT x.account_id, s.id, 'blocks_quoted' FROM statuses s JOIN blocks x ON x.target_id = s.quote_of_account_id WHERE s.id = ANY(@ids) AND x.account_id = ANY(@viewers)
        UNION ALL SELECT x.target_id, s.id, 'blocked_by_quoted' FROM statuses s JOIN blocks x ON x.account_id = s.quote_of_account_id WHERE s.id = ANY(@ids) AND x.target_id = ANY(@viewers)
        UNION ALL SELECT x.account_id, s.id, 'mutes_quoted' FROM statuses s JOIN mutes x ON x.target_id = s.quote_of_account_id
        WHERE s.id = ANY(@ids) AND x.account_id = ANY(@viewers) AND (x.expires_at IS NULL OR x.expires_at > now());
        SELECT v.account_id, v.status_id, v.choice FROM poll_votes v WHERE v.status_id = ANY(@ids) AND v.account_id = ANY(@viewers) ORDER BY v.choice
        """;

    private ILookup<(long Viewer, long Status), string> _deeds = Array.Empty<string>().ToLookup(_ => (0L, 0L));
    private ILookup<(long Viewer, long Status), short> _votes = Array.Empty<short>().ToLookup(_ => (0L, 0L));
    private IReadOnlyDictionary<long, StatusFilters> _filters = new Dictionary<long, StatusFilters>();

    /// <summary>Reads what statuses, and the originals of those that are reblogs, are to viewers.</summary>
    public async Task LoadAsync(NpgsqlConnection connection, IReadOnlyCollection<LoadedStatus> statuses, long[] viewers, CancellationToken cancellationToken)
    {
        if (statuses.Count == 0 || viewers.Length == 0)
        {
            return;
        }
        long[] ids = [.. statuses.SelectMany(status => new[] { status.Status.Id, status.Status.ReblogOfId ?? status.Status.Id }).Distinct()];
        await using (var results = await connection.QueryMultipleAsync(new CommandDefinition(Sql, new { ids, viewers }, cancellationToken: cancellationToken)))
        {
            _deeds = (await results.ReadAsync<DeedRow>()).ToLookup(row => (row.AccountId, row.StatusId), row => row.What);
            _votes = (await results.ReadAsync<VoteRow>()).ToLookup(row => (row.AccountId, row.StatusId), row => row.Choice);
        }
        _filters = await StatusFilters.OfAsync(connection, viewers, cancellationToken);
    }

    /// <summary>The status as it is for a viewer; null when that is as for anybody.</summary>
    public LoadedStatus? Of(LoadedStatus status, long viewer)
    {
        var shown = status.Reblog ?? status;
        var filtered = _filters.TryGetValue(viewer, out var filters) ? filters.Matches(shown.Status, shown.Poll) : [];
        var key = (viewer, shown.Status.Id);
        if (!_deeds.Contains(key) && !_votes.Contains(key) && filtered.Count == 0 && shown.Poll?.AccountId != viewer)
        {
            return null;
        }
        var deeds = _deeds[key];
        var own = shown with
        {
            Viewer = viewer,
            Flags = new StatusFlags(shown.Status.Id, deeds.Contains("favourited"), deeds.Contains("reblogged"), deeds.Contains("bookmarked"), deeds.Contains("pinned"), deeds.Contains("muted"), shown.Flags.MayQuote),
            Quote = shown.Quote?.For(!deeds.Contains("blocked_by_quoted"), deeds.Contains("blocks_quoted"), deeds.Contains("mutes_quoted")),
            OwnVotes = [.. _votes[key]],
            Filtered = filtered,
        };
        return status.Reblog is null ? own : status with { Viewer = viewer, Reblog = own, Flags = own.Flags };
    }

    private sealed record DeedRow(long AccountId, long StatusId, string What);

    private sealed record VoteRow(long AccountId, long StatusId, short Choice);
}
