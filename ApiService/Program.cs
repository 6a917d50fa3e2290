using Microblog.ApiService;
using Microblog.ApiService.Database;

if (args is ["migrate", ..])
{
    // A one-shot of its own in the AppHost and in production: everything else waits until it has exited with 0.
    var builder = Host.CreateApplicationBuilder(args);
    builder.AddServiceDefaults();
    builder.AddNpgsqlDataSource(Connections.Primary);
    builder.Services.AddSingleton<Migrator>();
    using var migration = builder.Build();
    await migration.Services.GetRequiredService<Migrator>().MigrateAsync();
    return;
}
await ApiApp.Build(args).RunAsync();
