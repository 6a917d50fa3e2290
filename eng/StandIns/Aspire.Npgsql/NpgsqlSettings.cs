namespace Aspire.Npgsql;

/// <summary>Settings of a PostgreSQL data source; sections <c>Aspire:Npgsql</c> and <c>Aspire:Npgsql:{name}</c>.</summary>
public class NpgsqlSettings
{
    public string? ConnectionString { get; set; }

    public bool DisableHealthChecks { get; set; }

    public bool DisableMetrics { get; set; }

    public bool DisableTracing { get; set; }
}
