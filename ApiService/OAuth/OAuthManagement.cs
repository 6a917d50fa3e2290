using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Push;

namespace Microblog.ApiService.OAuth;

/// <summary>Operations on keys and applications, for operators; on the management port only.</summary>
public static class OAuthManagement
{
    /// <summary>Maps the routes below <c>/manage</c>.</summary>
    public static void MapOAuthManagement(this RouteGroupBuilder manage)
    {
        manage.MapPost("/signing-keys/rotate", RotateAsync);
        manage.MapPost("/applications", RegisterAsync);
    }

    private static async Task<IResult> RotateAsync(SigningKeys keys, CancellationToken cancellationToken)
    {
        var key = await keys.RotateAsync(cancellationToken);
        return TypedResults.Ok(new Done($"New tokens are signed with key {key.Key.KeyId}; tokens of older keys stay good."));
    }

    /// <summary>Registers an application that may use scopes of administration in its own name. Here and not in public, where anybody registers anything.</summary>
    private static async Task<IResult> RegisterAsync(RequestFields fields, Db db, VapidKeys vapid, CancellationToken cancellationToken)
    {
        var name = fields.Text("client_name")?.Trim() ?? "";
        var scopes = Scopes.Parse(string.Join(' ', fields.List("scopes").DefaultIfEmpty("admin:read")));
        var errors = new FieldErrors();
        errors.Add(name.Length is 0 or > ApplicationEndpoints.MaxName, "client_name", "ERR_INVALID", $"must have 1 to {ApplicationEndpoints.MaxName} characters");
        errors.Add(scopes is null, "scopes", "ERR_INVALID", "doesn't match configured on the server");
        errors.ThrowIfAny();
        return TypedResults.Ok(await ApplicationEndpoints.InsertAsync(db, vapid, name, website: null, [], scopes!, isOperator: true, cancellationToken));
    }
}
