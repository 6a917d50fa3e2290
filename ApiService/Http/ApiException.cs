using System.Text.Json.Serialization;
using Microblog.ApiService.Accounts;

namespace Microblog.ApiService.Http;

/// <summary>Ends a request with an error in the API's shape (https://docs.joinmastodon.org/entities/Error/).</summary>
/// <param name="status">HTTP status code.</param>
/// <param name="error">Text of the error, or its code where OAuth prescribes one.</param>
/// <param name="description">Explanation beside an OAuth code (RFC 6749 §5.2).</param>
/// <param name="cause">What it came from; for the log, clients do not see it.</param>
public class ApiException(int status, string error, string? description = null, Exception? cause = null) : Exception(error, cause)
{
    /// <summary>HTTP status code.</summary>
    public int Status => status;

    /// <summary>The body to send.</summary>
    public virtual ErrorBody Body => new(Message, description);

    /// <summary>404. Also for what the caller may not know to exist.</summary>
    public static ApiException NotFound() => new(StatusCodes.Status404NotFound, "Record not found");

    /// <summary>422 without a field to blame.</summary>
    public static ApiException Unprocessable(string error) => new(StatusCodes.Status422UnprocessableEntity, error);

    /// <summary>503: something behind this service does not work now, and another try is worth it.</summary>
    public static ApiException Unavailable(string error, Exception? cause = null) => new(StatusCodes.Status503ServiceUnavailable, error, cause: cause);
}

/// <summary>422 that names each field at fault and what is wrong with it.</summary>
public sealed class ValidationException(IReadOnlyDictionary<string, FieldError[]> details)
    : ApiException(StatusCodes.Status422UnprocessableEntity, Summarise(details))
{
    /// <inheritdoc/>
    public override ErrorBody Body => new(Message, Details: details);

    /// <summary>One field, one fault.</summary>
    public static ValidationException Of(string field, string code, string description) =>
        new(new Dictionary<string, FieldError[]> { [field] = [new FieldError(code, description)] });

    private static string Summarise(IReadOnlyDictionary<string, FieldError[]> details) =>
        "Validation failed: " + string.Join(", ", details.SelectMany(field => field.Value.Select(error => $"{Humanise(field.Key)} {error.Description}")));

    private static string Humanise(string field) => string.Concat(char.ToUpperInvariant(field[0]).ToString(), field[1..].Replace('_', ' '));
}

/// <summary>Collects faults of several fields, so that a form is corrected in one go.</summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, List<FieldError>> _errors = [];

    /// <summary>Adds a fault of a field when <paramref name="isWrong"/>. Returns it, so that later checks may depend on it.</summary>
    public bool Add(bool isWrong, string field, string code, string description)
    {
        if (isWrong)
        {
            if (!_errors.TryGetValue(field, out var list))
            {
                _errors[field] = list = [];
            }
            list.Add(new FieldError(code, description));
        }
        return isWrong;
    }

    /// <summary>Throws when anything was added.</summary>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new ValidationException(_errors.ToDictionary(field => field.Key, field => field.Value.ToArray()));
        }
    }
}

/// <summary>Body of every error answer.</summary>
/// <param name="Error">What went wrong.</param>
/// <param name="ErrorDescription">Explanation, with OAuth codes.</param>
/// <param name="Details">Faults by field, with failed validations.</param>
/// <param name="UnexpectedAccounts">Accounts that a post would have mentioned against the client's expectation.</param>
public sealed record ErrorBody(
    string Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ErrorDescription = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, FieldError[]>? Details = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<AccountEntity>? UnexpectedAccounts = null);

/// <summary>One fault of one field.</summary>
/// <param name="Error">Code such as ERR_TAKEN (https://docs.joinmastodon.org/methods/accounts/#create).</param>
/// <param name="Description">The fault in words that follow the field's name.</param>
public sealed record FieldError(string Error, string Description);
