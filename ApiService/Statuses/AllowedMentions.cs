using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.Statuses;

/// <summary>
/// The guard against a name that turns out to be somebody's: a client that states whom its user means to address gets an error instead of
/// a post that reaches others.
/// </summary>
public static class AllowedMentions
{
    /// <summary>Most accounts that a client may state; a text has no room for as many.</summary>
    public const int Max = 500;

    /// <summary>Makes sure that a draft mentions nobody but the author and whom the request allows, if it says anything about it.</summary>
    /// <exception cref="UnexpectedMentionsException">It does.</exception>
    public static async Task CheckAsync(HttpContext context, RequestFields fields, Db db, long author, StatusDraft draft, string host, CancellationToken cancellationToken)
    {
        const string Sql =
            $"""
            SELECT {AccountRow.Columns} FROM accounts a JOIN account_stats t ON t.account_id = a.id
            WHERE lower(a.username) = ANY(@usernames) AND a.suspended_at IS NULL AND a.id <> @author AND a.id <> ALL(@allowed)
                AND NOT EXISTS (SELECT FROM blocks b WHERE b.account_id = @author AND b.target_id = a.id)
            ORDER BY a.id
            """;
        var usernames = StatusWriter.MentionedUsernames(draft.Content.Text, host);
        if (!fields.HasList("allowed_mentions") || usernames.Length == 0)
        {
            return;
        }
        var allowed = fields.Ids("allowed_mentions", Max);
        // Where the mentions will be looked up, too: the replica may not know yet who has just signed up.
        var unexpected = await db.ReadPrimaryAsync(connection => connection.ListAsync<AccountRow>(Sql, new { usernames, author, allowed }, cancellationToken), cancellationToken);
        if (unexpected.Count > 0)
        {
            throw new UnexpectedMentionsException([.. unexpected.Select(account => account.ToEntity(BaseUrl.Of(context)))]);
        }
    }
}

/// <summary>422 that names the accounts which a post would have mentioned against the client's expectation.</summary>
public sealed class UnexpectedMentionsException(IReadOnlyList<AccountEntity> accounts) : ApiException(StatusCodes.Status422UnprocessableEntity, "Post would be sent to unexpected accounts")
{
    /// <inheritdoc/>
    public override ErrorBody Body => new(Message, UnexpectedAccounts: accounts);
}
