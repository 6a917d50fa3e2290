using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microblog.Infra.AppModel;

/// <summary>How the contract looks as JSON: the same bytes on every machine, and nothing accepted that is not understood.</summary>
public static class AppContractJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The whole file.</summary>
    public static string Write(AppContract contract) => JsonSerializer.Serialize(contract, Options) + "\n";

    /// <summary>The contract in a file.</summary>
    /// <exception cref="JsonException">It is not of this shape.</exception>
    public static AppContract Read(JsonElement json) => json.Deserialize<AppContract>(Options) ?? throw new JsonException("There is nothing but null.");
}
