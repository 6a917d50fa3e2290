using System.Text.Json;

namespace Microblog.Infra.Capacity;

/// <summary>The two JSON files of figures, which are built into the program so that it finds them wherever it is started.</summary>
internal static class CapacityFiles
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>The text of a file in this folder.</summary>
    public static string Text(string name)
    {
        using var stream = typeof(CapacityFiles).Assembly.GetManifestResourceStream($"Microblog.Infra.Capacity.{name}")
            ?? throw new CapacityException($"Infra/Capacity/{name}", "the file is not part of the program; it has to be there when Infra is built.");
        return new StreamReader(stream).ReadToEnd();
    }

    /// <summary>Reads the JSON; what is missing, unknown or of the wrong kind is an error that names the file.</summary>
    public static T Parse<T>(string file, string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Strict) ?? throw new CapacityException(file, "the file is empty.");
        }
        catch (JsonException problem)
        {
            throw new CapacityException(file, $"not as expected: {problem.Message}");
        }
    }

    /// <summary>Every expected name once, and no other.</summary>
    public static void RequireExactly(string file, string kind, IEnumerable<string> expected, IEnumerable<string> found)
    {
        var (wanted, there) = (expected.ToHashSet(), found.ToHashSet());
        if (wanted.Except(there).Order().FirstOrDefault() is { } missing)
        {
            throw new CapacityException(file, $"the {kind} \"{missing}\" is missing.");
        }
        if (there.Except(wanted).Order().FirstOrDefault() is { } unknown)
        {
            throw new CapacityException(file, $"the {kind} \"{unknown}\" is unknown; known are {string.Join(", ", wanted.Order())}.");
        }
    }
}
