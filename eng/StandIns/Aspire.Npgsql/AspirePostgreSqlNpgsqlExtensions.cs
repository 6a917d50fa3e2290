using Aspire.Npgsql;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers <see cref="NpgsqlDataSource"/> by connection name.</summary>
public static class AspirePostgreSqlNpgsqlExtensions
{
    public static void AddNpgsqlDataSource(this IHostApplicationBuilder builder, string connectionName, Action<NpgsqlSettings>? configureSettings = null, Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder = null) =>
        Add(builder, connectionName, serviceKey: null, configureSettings, configureDataSourceBuilder);

    public static void AddKeyedNpgsqlDataSource(this IHostApplicationBuilder builder, string name, Action<NpgsqlSettings>? configureSettings = null, Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder = null) =>
        Add(builder, name, serviceKey: name, configureSettings, configureDataSourceBuilder);

    private static void Add(IHostApplicationBuilder builder, string name, string? serviceKey, Action<NpgsqlSettings>? configureSettings, Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var settings = new NpgsqlSettings();
        builder.Configuration.GetSection("Aspire:Npgsql").Bind(settings);
        builder.Configuration.GetSection($"Aspire:Npgsql:{name}").Bind(settings);
        settings.ConnectionString = builder.Configuration.GetConnectionString(name) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);

        NpgsqlDataSource Create(IServiceProvider services)
        {
            if (string.IsNullOrEmpty(settings.ConnectionString))
            {
                throw new InvalidOperationException($"ConnectionString is missing. It should be provided in 'ConnectionStrings:{name}' or under the 'ConnectionString' key in 'Aspire:Npgsql' or 'Aspire:Npgsql:{name}' configuration section.");
            }
            var source = new NpgsqlDataSourceBuilder(settings.ConnectionString);
            source.UseLoggerFactory(services.GetService<ILoggerFactory>());
            configureDataSourceBuilder?.Invoke(source);
            return source.Build();
        }

        if (serviceKey is null)
        {
            builder.Services.AddSingleton(Create);
            builder.Services.AddTransient(services => services.GetRequiredService<NpgsqlDataSource>().CreateConnection());
        }
        else
        {
            builder.Services.AddKeyedSingleton(serviceKey, (services, _) => Create(services));
            builder.Services.AddKeyedTransient(serviceKey, (services, key) => services.GetRequiredKeyedService<NpgsqlDataSource>(key).CreateConnection());
        }
        if (!settings.DisableHealthChecks)
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                serviceKey is null ? "PostgreSql" : $"PostgreSql_{name}",
                services => new SelectOne(serviceKey is null ? services.GetRequiredService<NpgsqlDataSource>() : services.GetRequiredKeyedService<NpgsqlDataSource>(serviceKey)),
                failureStatus: null,
                tags: null));
        }
    }

    private sealed class SelectOne(NpgsqlDataSource source) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var command = source.CreateCommand("SELECT 1");
                await command.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, exception.Message, exception);
            }
        }
    }
}
