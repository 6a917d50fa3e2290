using Microblog.Infra.Components;
using Npgsql;
using StackExchange.Redis;

namespace Microblog.Infra.Tests.Components;

/// <summary>The addresses of data, read by the clients that the services use.</summary>
public sealed class AddressTests
{
    [Fact]
    public void Npgsql_finds_a_server_that_has_to_prove_its_name_and_no_password()
    {
        var address = new NpgsqlConnectionStringBuilder(DatabaseAddress.ConnectionString("mb-prod-database-1a2b3.writer.postgres.database.azure.com", "microblog", "mb-prod-apiservice"));

        Assert.Equal("mb-prod-database-1a2b3.writer.postgres.database.azure.com", address.Host);
        Assert.Equal(5432, address.Port);
        Assert.Equal("microblog", address.Database);
        Assert.Equal("mb-prod-apiservice", address.Username);
        Assert.Equal(SslMode.VerifyFull, address.SslMode);
        Assert.Null(address.Password);
        Assert.InRange(address.Timeout, 1, 15);
    }

    [Fact]
    public void Npgsql_leaves_the_size_of_the_pool_to_the_service()
    {
        var address = new NpgsqlConnectionStringBuilder(DatabaseAddress.ConnectionString("host", "microblog", "somebody"));

        Assert.DoesNotContain(address.Keys, key => key.Contains("Pool", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void StackExchange_Redis_finds_host_key_and_TLS_whatever_is_in_the_key()
    {
        var address = ConfigurationOptions.Parse(CacheAddress.ConnectionString("mb-prod-cache-1a2b3.swedencentral.redis.azure.net", "ab+/cd=="));

        Assert.Equal("mb-prod-cache-1a2b3.swedencentral.redis.azure.net:10000", address.EndPoints[0].ToString()!.Split('/')[^1]);
        Assert.Equal("ab+/cd==", address.Password);
        Assert.True(address.Ssl);
        Assert.False(address.AbortOnConnectFail);
    }
}
