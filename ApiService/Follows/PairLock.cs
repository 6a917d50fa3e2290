using Microblog.ApiService.Database;

namespace Microblog.ApiService.Follows;

/// <summary>
/// Whoever changes how two accounts stand to each other takes this lock first, so that a follow and a block of the same pair never
/// pass each other. The order of locks is: pairs, then counters by account id; both ordered, so nobody waits in a circle.
/// </summary>
public static class PairLock
{
    /// <summary>Keeps this lock apart from other uses of advisory locks.</summary>
    private const int Space = 0x70616972;

    private const string Sql =
        """
        SELECT count(pg_advisory_xact_lock(@Space, k.key)) FROM (
            SELECT DISTINCT hashtext(least(@account, other) || ' ' || greatest(@account, other)) AS key
            FROM unnest(@others) AS other ORDER BY key) k
        """;

    /// <summary>Holds the pairs of an account with others until the transaction ends.</summary>
    public static Task TakeAsync(Write write, long account, params long[] others) => write.ScalarAsync<long>(Sql, new { Space, account, others });
}
