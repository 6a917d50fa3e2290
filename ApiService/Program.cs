using Microblog.ApiService;
using Microblog.ApiService.Database;

if (args is ["migrate", ..])
{
    // A one-shot of its own in the AppHost and in production: everything else waits until it has exited with 0.
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddBackingServers();
    await using var migration = builder.Build();
    await migration.Services.GetRequiredService<Migrator>().MigrateAsync();
    return;
}
await ApiApp.Build(args).RunAsync();
