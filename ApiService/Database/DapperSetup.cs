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
        SqlMapper.AddTypeHandler(new TextArray());
    }

    /// <summary>The driver announces every array column as System.Array, which matches no constructor parameter.</summary>
    private sealed class TextArray : SqlMapper.TypeHandler<string[]>
    {
        public override string[]? Parse(object value) => (string[])value;

        public override void SetValue(IDbDataParameter parameter, string[]? value) => parameter.Value = (object?)value ?? DBNull.Value;
    }
}
