using Microblog.ApiService;
using Microblog.ApiService.Database;
using Microblog.ApiService.Database.Verification;

switch (args)
{
    case ["migrate", .. var rest]:
        return await MigrateCommand.RunAsync(rest);
    case ["verify", .. var rest]:
        return await VerifyCommand.RunAsync(rest, Console.Out);
    default:
        await ApiApp.Build(args).RunAsync();
        return 0;
}
