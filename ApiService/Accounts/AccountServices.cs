using Microblog.ApiService.Accounts.Deletion;
using Microblog.ApiService.Accounts.Export;
using Microblog.ApiService.Blocks;
using Microblog.ApiService.Endorsements;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Mutes;
using Microblog.ApiService.Search;

namespace Microblog.ApiService.Accounts;

/// <summary>Accounts and how they stand to each other.</summary>
public static class AccountServices
{
    /// <summary>Adds what the routes need, and what runs in the background.</summary>
    public static void AddAccountServices(this IServiceCollection services)
    {
        services.AddSingleton<Credentials>().AddSingleton<SignUp>().AddSingleton<AccountStore>().AddSingleton<FollowStore>().AddSingleton<Relations>();
        services.AddSingleton<PendingRequests>().AddHostedService(provider => provider.GetRequiredService<PendingRequests>());
        services.AddSingleton<AccountErasure>().AddHostedService(provider => provider.GetRequiredService<AccountErasure>());
        services.AddSingleton<MuteExpiry>().AddHostedService(provider => provider.GetRequiredService<MuteExpiry>());
    }

    /// <summary>Maps the routes.</summary>
    public static void MapAccountRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapAccounts();
        routes.MapAccountSearch();
        routes.MapProfile();
        routes.MapPreferences();
        routes.MapEmails();
        routes.MapFollows();
        routes.MapFollowRequests();
        routes.MapBlocks();
        routes.MapDomainBlocks();
        routes.MapMutes();
        routes.MapEndorsements();
        routes.MapAcquaintances();
        routes.MapAccountDeletion();
        routes.MapAccountExport();
    }
}
