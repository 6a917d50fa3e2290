using Microblog.ApiService.Database;
using Microblog.ApiService.Follows;
using Microblog.ApiService.OAuth;

namespace Microblog.ApiService.Moderation;

/// <summary>Lets only moderators and administrators through; their token needs the scope as well.</summary>
public static class Moderators
{
    private const string Role = "SELECT role FROM accounts WHERE id = @id AND suspended_at IS NULL";

    /// <summary>403 for everybody else. The role is asked of the primary each time: who has lost it must not act a moment longer.</summary>
    public static RouteGroupBuilder RequireModerator(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            var db = context.RequestServices.GetRequiredService<Db>();
            var id = Caller.Of(context).Account;
            var role = await db.ReadPrimaryAsync(connection => connection.ScalarAsync<short>(Role, new { id }, context.RequestAborted), context.RequestAborted);
            return role >= 1 ? await next(invocation) : throw Relations.NotAllowed();
        });
        return group;
    }
}
