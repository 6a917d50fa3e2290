using Dapper;
using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Hashtags;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Statuses;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Microblog.ApiService.Search;

/// <summary>Search over everything (https://docs.joinmastodon.org/methods/search/).</summary>
public static partial class SearchEndpoints
{
    private const int MaxQuery = 1000;

    /// <summary>As deep as anybody pages through a search.</summary>
    private const int MaxOffset = 1000;

    /// <summary>Longest time for one of the queries, so that nobody keeps the database busy with a rare mix of frequent words.</summary>
    private const string Bound = "SET LOCAL statement_timeout = 2000";

    /// <summary>Maps <c>/api/v2/search</c>.</summary>
    public static void MapSearch(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v2/search", SearchAsync).AllowAnonymousOrScope("read:search")
        .Describe("Search", "Accounts, hashtags and statuses. The address of an account or status here finds exactly that one. In statuses `\"a phrase\"`, `-word`, `from:`, `before:`, `after:`, `during:`, `language:`, `has:` and `is:` narrow the search.", it => it
            .Open()
            .Query("q", "What to look for.", required: true, max: MaxQuery, example: "microblog")
            .Query("type", "Only these; all three without it.", oneOf: ["accounts", "hashtags", "statuses"])
            .Query("account_id", "Only statuses of this account.", ParameterKind.Id, example: "115548829612032000")
            .Query("following", "Only accounts that the caller follows.", ParameterKind.Flag, byDefault: false)
            .Query("resolve", "Accepted with a token: there are no other servers to ask.", ParameterKind.Flag, byDefault: false)
            .Query("exclude_unreviewed", "Accepted for clients: hashtags are not reviewed here.", ParameterKind.Flag, byDefault: false)
            .Query("offset", "With `type` and a token: how many to pass over.", ParameterKind.Number, min: 0, max: MaxOffset, byDefault: 0)
            .Paged(byDefault: 20, max: 40)
            .Error(400, "There is nothing to look for.")
            .Error(401, "`offset` or `resolve` without a token.")
            .Error(503, "The search took longer than two seconds; other words, or more of them, may help.")
            .Returns("What was found; of each kind at most `limit`."));

    private static async Task<Ok<SearchEntity>> SearchAsync(HttpContext context, RequestFields fields, Caller caller, AccountStore accounts, Db db, ILogger<SearchEntity> logger, CancellationToken cancellationToken)
    {
        var query = (fields.Text("q") ?? "").Trim();
        Check(fields, caller, query);
        var baseUrl = BaseUrl.Of(context);
        if (LocalAddress.Parse(query, baseUrl) is { } address)
        {
            return TypedResults.Ok(await ResolveAsync(address, fields.Text("type"), caller, baseUrl, accounts, db, cancellationToken));
        }
        var page = IdPage.Of(context, fields);
        try
        {
            // Who signed up just now is looked for by name, and the replica may not know them for a moment.
            return TypedResults.Ok(await db.FindAsync(caller.AccountId, async connection =>
            {
                var found = await FindAsync(connection, query, fields, page, caller, baseUrl, logger, cancellationToken);
                return found is { Accounts.Count: 0, Statuses.Count: 0, Hashtags.Count: 0 } ? null : found;
            }, cancellationToken) ?? new SearchEntity([], [], []));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            Log.TooSlow(logger, query.Length);
            throw new ApiException(StatusCodes.Status503ServiceUnavailable, "The search took too long; try other words, or more of them");
        }
    }

    private static void Check(RequestFields fields, Caller caller, string query)
    {
        if (caller.ApplicationId is not null && !Scopes.Grant(caller.Scopes, "read:search"))
        {
            throw new ApiException(StatusCodes.Status403Forbidden, "This action is outside the authorized scopes");
        }
        if (query.Length == 0)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "param is missing or the value is empty: q");
        }
        var errors = new FieldErrors();
        _ = errors.Add(query.Length > MaxQuery, "q", "ERR_TOO_LONG", $"is too long (maximum is {MaxQuery} characters)");
        _ = errors.Add(fields.Text("type") is not (null or "" or "accounts" or "hashtags" or "statuses"), "type", "ERR_INCLUSION", "is not included in the list");
        errors.ThrowIfAny();
        if (caller.AccountId is null && fields.Flag("resolve") == true)
        {
            throw new ApiException(StatusCodes.Status401Unauthorized, "Search queries that resolve remote resources are not supported without authentication");
        }
        if (caller.AccountId is null && fields.Text("offset") is { Length: > 0 })
        {
            throw new ApiException(StatusCodes.Status401Unauthorized, "Search queries pagination is not supported without authentication");
        }
    }

    private static async Task<SearchEntity> FindAsync(
        NpgsqlConnection connection, string query, RequestFields fields, IdPage page, Caller caller, string baseUrl, ILogger logger, CancellationToken cancellationToken)
    {
        var type = fields.Text("type") is { Length: > 0 } only ? only : null;
        var host = new Uri(baseUrl).Authority;
        var offset = type is null ? 0 : Math.Max(0, fields.Number("offset") ?? 0);
        if (offset > MaxOffset)
        {
            return new SearchEntity([], [], []);
        }
        var isUrl = query.Contains("://", StringComparison.Ordinal);
        var isHashtag = query[0] is '#' or '＃';
        var parts = StatusQuery.Parse(query);
        var isHandle = query.Contains('@', StringComparison.Ordinal) && !query.Any(char.IsWhiteSpace) && !isUrl && parts.Operators.Count == 0;

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Bound, cancellationToken: cancellationToken));
        var accounts = type is null or "accounts" && !isHashtag && !isUrl
            ? await AccountSearch.FindAsync(connection, caller.AccountId, query, host, page.Limit, offset, fields.Flag("following") ?? false, cancellationToken)
            : [];
        var hashtags = type is null or "hashtags" && !isHandle && !isUrl
            ? await TagStore.InOrderAsync(connection, caller.AccountId, baseUrl, [.. await TagSearch.FindAsync(connection, query, page.Limit, offset, cancellationToken)], cancellationToken)
            : [];
        IReadOnlyList<LoadedStatus> statuses = [];
        if (type is null or "statuses" && !isHandle)
        {
            try
            {
                var ids = await StatusSearch.FindAsync(
                    connection, caller.AccountId, parts, host, fields.Id("account_id"), (page.Max, page.Min, page.IsUpwards), page.Limit, offset, cancellationToken);
                statuses = await StatusStore.VisibleAsync(connection, caller.AccountId, ids, cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.QueryCanceled && type is null)
            {
                // Accounts and hashtags are worth showing all the same.
                Log.TooSlow(logger, query.Length);
            }
        }
        return new SearchEntity([.. accounts.Select(account => account.ToEntity(baseUrl))], [.. statuses.Select(status => status.ToEntity(baseUrl))], hashtags);
    }

    /// <summary>Exactly the account or status that an address names.</summary>
    private static async Task<SearchEntity> ResolveAsync(LocalAddress address, string? type, Caller caller, string baseUrl, AccountStore accounts, Db db, CancellationToken cancellationToken)
    {
        if (address.StatusId is not { } id)
        {
            var account = type is "hashtags" or "statuses" ? null : await accounts.ByUsernameAsync(caller.AccountId, address.Username, cancellationToken);
            return new SearchEntity(account is null ? [] : [account.ToEntity(baseUrl)], [], []);
        }
        var status = type is "hashtags" or "accounts" ? null : await db.FindAsync(caller.AccountId, async connection =>
            (await StatusStore.VisibleAsync(connection, caller.AccountId, [id], cancellationToken)).SingleOrDefault(), cancellationToken);
        var isIts = status is not null && string.Equals(status.Author.Username, address.Username, StringComparison.OrdinalIgnoreCase);
        return new SearchEntity([], isIts ? [status!.ToEntity(baseUrl)] : [], []);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A search of {Length} characters was cut off for taking too long")]
        public static partial void TooSlow(ILogger logger, int length);
    }
}
