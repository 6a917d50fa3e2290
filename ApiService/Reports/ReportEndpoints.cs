using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Statuses;
using Microblog.ApiService.Statuses.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Reports;

/// <summary>Reports an account to the moderators (https://docs.joinmastodon.org/methods/reports/).</summary>
public static class ReportEndpoints
{
    private const int MaxComment = 1000;
    private const int MaxStatuses = 100;
    private const int MaxRules = 50;

    private static readonly string[] Categories = ["spam", "legal", "violation", "other"];

    /// <summary>Maps <c>/api/v1/reports</c>.</summary>
    public static void MapReports(this IEndpointRouteBuilder routes) => routes.MapPost("/api/v1/reports", ReportAsync).RequireScope("write:reports")
        .Describe("Report an account", "Tells the moderators. Of the statuses those count that are the account's and that the caller may see.", it => it
            .Body("account_id", "The account.", ParameterKind.Id, required: true, example: "115548829612032000")
            .Body("status_ids", "Statuses of it that show what is wrong.", ParameterKind.Ids, max: MaxStatuses, example: "115548829612032000")
            .Body("comment", "What the moderators should know.", max: MaxComment, example: "Advertises the same thing every hour")
            .Body("category", "What is wrong; `violation` when rules are named, else `other`.", oneOf: Categories)
            .Body("rule_ids", "With `violation`: the rules.", ParameterKind.Ids, max: MaxRules, example: "1")
            .Body("forward", "Whether to tell the account's own server; all are of this one.", ParameterKind.Flag, byDefault: false, example: false)
            .Returns("The report."));

    private static async Task<Ok<ReportEntity>> ReportAsync(
        HttpContext context, RequestFields fields, Caller caller, Idempotency idempotency, AccountStore accounts, Db db, CancellationToken cancellationToken)
    {
        // Only statuses of the reported account that the reporter can see: a report is no way to look at others.
        var insert =
            $"""
            INSERT INTO reports (account_id, target_id, status_ids, comment, category, rule_ids, forward)
            SELECT @viewer, @target, ARRAY(SELECT s.id FROM statuses s WHERE s.id = ANY(@statuses) AND s.account_id = @target AND {StatusStore.IsVisible} ORDER BY s.id),
                @comment, @category, @rules, @forward
            RETURNING id
            """;
        const string Select = $"SELECT {ReportRow.Columns} FROM reports r WHERE r.account_id = @account AND r.id = @id";
        var target = (fields.Id("account_id") is { } other ? await accounts.ByIdAsync(caller.Account, other, cancellationToken) : null) ?? throw ApiException.NotFound();
        var rules = fields.Ids("rule_ids", MaxRules);
        var comment = StatusText.Clean(fields.Text("comment"));
        var category = fields.Text("category") is { Length: > 0 } word ? word : rules.Length > 0 ? "violation" : "other";
        var errors = new FieldErrors();
        errors.Add(comment.Length > MaxComment, "comment", "ERR_TOO_LONG", $"is too long (maximum is {MaxComment} characters)");
        errors.Add(!Categories.Contains(category), "category", "ERR_INCLUSION", "is not included in the list");
        errors.Add(target.Id == caller.Account, "account_id", "ERR_INVALID", "is your own");
        errors.ThrowIfAny();
        var arguments = new
        {
            viewer = caller.Account,
            target = target.Id,
            statuses = fields.Ids("status_ids", MaxStatuses),
            comment,
            category,
            rules = category == "violation" ? rules : [],
            forward = fields.Flag("forward") ?? false,
        };
        var (id, _) = await idempotency.WriteAsync(db, write => write.ScalarAsync<long>(insert, arguments), cancellationToken);
        var report = await db.ReadAsync(caller.Account, connection => connection.SingleAsync<ReportRow>(Select, new { account = caller.Account, id }, cancellationToken), cancellationToken);
        return TypedResults.Ok((report ?? throw ApiException.NotFound()).ToEntity(target.ToEntity(BaseUrl.Of(context))));
    }
}
