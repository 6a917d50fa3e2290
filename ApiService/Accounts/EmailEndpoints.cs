using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Microblog.ApiService.Accounts;

/// <summary>
/// Confirmation of email addresses (https://docs.joinmastodon.org/methods/emails/). Addresses count as confirmed from the start here, as no
/// mail is sent; what is left is the correction of a mistyped one by the application that the account was made with.
/// </summary>
public static class EmailEndpoints
{
    /// <summary>Maps the routes below <c>/api/v1/emails</c>.</summary>
    public static void MapEmails(this IEndpointRouteBuilder routes)
    {
        var emails = routes.MapGroup("/api/v1/emails");
        emails.MapPost("/confirmations", ConfirmAsync).RequireScope("write:accounts").Describe("Correct the email address", "For the application that the account was made with. No mail is sent: an address is confirmed at once.", it => it
            .Body("email", "The address that is right.", max: SignUp.MaxEmail, example: "alice@example.org")
            .Error(403, "The account was made with another application, or there is no other address to confirm.").Returns("Nothing."));
        emails.MapGet("/check_confirmation", Check).RequireScope("read:accounts").Describe("Is the email address confirmed", "It always is.", it => it.Returns("True."));
    }

    private static async Task<Ok<EmptyBody>> ConfirmAsync(RequestFields fields, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        // The first token is the one that sign-up gave.
        const string MadeWith = "SELECT application_id FROM access_tokens WHERE account_id = @account ORDER BY id LIMIT 1";
        const string Change = "UPDATE credentials SET email = @email WHERE account_id = @account AND lower(email) <> lower(@email)";
        var email = fields.Text("email")?.Trim() ?? "";
        if (email.Length > 0 && !SignUp.IsEmail(email))
        {
            throw ValidationException.Of("email", "ERR_INVALID", "is invalid");
        }
        try
        {
            await idempotency.WriteAsync(db, async write =>
            {
                if (await write.ScalarAsync<long?>(MadeWith, new { account = caller.Account }) != caller.ApplicationId)
                {
                    throw Forbidden("This method is only available to the application the user originally signed-up with");
                }
                return email.Length > 0 && await write.ExecuteAsync(Change, new { account = caller.Account, email }) == 1
                    ? 0
                    : throw Forbidden("This method is only available while the e-mail is awaiting confirmation");
            }, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw ValidationException.Of("email", "ERR_TAKEN", "has already been taken");
        }
        return TypedResults.Ok(new EmptyBody());
    }

    private static Ok<bool> Check() => TypedResults.Ok(true);

    private static ApiException Forbidden(string error) => new(StatusCodes.Status403Forbidden, error);
}
