using System.Data;
using Dapper;

namespace Microblog.ApiService.Database;

/// <summary>What Dapper has to know once per process: snake case columns, and that PostgreSQL has arrays.</summary>
public static class DapperSetup
{
    /// <summary>Applies it; again does no harm.</summary>
    public static void Apply()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new ArrayHandler<string>());
        SqlMapper.AddTypeHandler(new ArrayHandler<long>());
        SqlMapper.AddTypeHandler(new ArrayHandler<short>());
    }

    /// <summary>The driver announces every array column as System.Array, which matches no constructor parameter.</summary>
    private sealed class ArrayHandler<T> : SqlMapper.TypeHandler<T[]>
    {
        public override T[]? Parse(object value) => (T[])value;

        public override void SetValue(IDbDataParameter parameter, T[]? value) => parameter.Value = (object?)value ?? DBNull.Value;
    }
}
