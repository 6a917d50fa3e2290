using Microblog.ApiService;
using Microblog.ApiService.Database;

if (args is ["migrate", .. var rest])
{
    return await MigrateCommand.RunAsync(rest);
}
await ApiApp.Build(args).RunAsync();
return 0;
