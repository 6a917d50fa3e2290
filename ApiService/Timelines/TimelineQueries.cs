using Microblog.ApiService.Database;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Timelines;

/// <summary>Timelines from PostgreSQL: the truth that the lists in Redis are made from.</summary>
public static class TimelineQueries
{
    /// <summary>Ids of a home timeline between the bounds, both exclusive.</summary>
    public static Task<IReadOnlyList<long>> HomeAsync(NpgsqlConnection connection, long viewer, long max, long min, bool upwards, int take, CancellationToken cancellationToken) =>
        connection.ListAsync<long>(HomeRules.Ids(upwards), new { viewer, max, min, take }, cancellationToken);

    /// <summary>Newest ids of one author, for the lists that are merged in at read.</summary>
    public static Task<IReadOnlyList<long>> AuthorAsync(NpgsqlConnection connection, long author, int take, CancellationToken cancellationToken) =>
        connection.ListAsync<long>("SELECT s.id FROM statuses s WHERE s.account_id = @author ORDER BY s.id DESC LIMIT @take", new { author, take }, cancellationToken);
}
