using System.Globalization;
using System.Text.Json;
using Pulumi;

namespace Microblog.Infra.Settings;

/// <summary>
/// The stack's configuration as text, read once. Every key has to be known: a misspelt one would be a setting silently not made.
/// </summary>
/// <param name="values">Full key (<c>microblog:host</c>) to value.</param>
/// <param name="secretKeys">The full keys whose values are encrypted in the stack's file.</param>
public sealed class StackConfig(IReadOnlyDictionary<string, string> values, IReadOnlySet<string> secretKeys)
{
    /// <summary>Prefix of our own keys: the project's name.</summary>
    public const string Project = "microblog";

    private readonly HashSet<string> _asked = [];

    /// <summary>
    /// What the engine hands to the program, by the same two variables from which the SDK's <see cref="Config"/> reads: that class cannot list keys.
    /// </summary>
    public static StackConfig FromEngine() => new(
        JsonSerializer.Deserialize<Dictionary<string, string>>(Environment.GetEnvironmentVariable("PULUMI_CONFIG") is { Length: > 0 } all ? all : "{}")!,
        JsonSerializer.Deserialize<HashSet<string>>(Environment.GetEnvironmentVariable("PULUMI_CONFIG_SECRET_KEYS") is { Length: > 0 } secrets ? secrets : "[]")!);

    /// <summary>The full keys that have been asked for so far.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    /// <summary>The full name of one of our keys.</summary>
    public static string Key(string name) => $"{Project}:{name}";

    /// <summary>A value; null when it is not set.</summary>
    /// <exception cref="SettingsException">It is a secret, which only <see cref="Secret"/> hands out.</exception>
    public string? Find(string name) => Text(Key(name)) is not { } value ? null
        : secretKeys.Contains(Key(name)) ? throw new SettingsException(Key(name), "is no secret; set it again without --secret.")
        : value;

    /// <summary>A value that has to be there.</summary>
    public string Require(string name, string what) => Find(name) ?? throw new SettingsException(Key(name), $"is missing: {what}");

    /// <summary>True or false.</summary>
    public bool Flag(string name, bool otherwise) => Find(name) switch
    {
        null => otherwise,
        "true" => true,
        "false" => false,
        var other => throw new SettingsException(Key(name), $"is '{other}'; it must be true or false."),
    };

    /// <summary>A whole number within bounds.</summary>
    public int Number(string name, int otherwise, int min, int max) => Find(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number
        : throw new SettingsException(Key(name), $"is '{text}'; it must be a whole number from {min} to {max}.");

    /// <summary>A share between 0 and 1.</summary>
    public double Share(string name, double otherwise) => Find(name) is not { } text ? otherwise
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share <= 1 ? share
        : throw new SettingsException(Key(name), $"is '{text}'; it must be a number from 0 to 1.");

    /// <summary>A list of texts, written as a YAML list.</summary>
    public IReadOnlyList<string> List(string name) => Find(name) is { } json ? Parse<List<string>>(name, json, "a list of texts") : [];

    /// <summary>A structure, written as a YAML map.</summary>
    public T? Structure<T>(string name, string what) where T : class => Find(name) is { } json ? Parse<T>(name, json, what) : null;

    /// <summary>A secret, which stays one: encrypted in the state, never shown.</summary>
    /// <param name="name">The key.</param>
    /// <param name="minLength">Shortest that is accepted, characters.</param>
    /// <param name="how">How to make one.</param>
    public Output<string> Secret(string name, int minLength, string how)
    {
        var key = Key(name);
        return Text(key) is not { } value ? throw new SettingsException(key, $"is missing. Set it with: pulumi config set --secret {key} {how}")
            : !secretKeys.Contains(key) ? throw new SettingsException(key, $"stands in clear in the stack's file. Set it again with --secret, and make a new one: {how}")
            : value.Length < minLength ? throw new SettingsException(key, $"is shorter than {minLength} characters. Make one with: {how}")
            : Output.CreateSecret(value);
    }

    /// <summary>Whether a key of ours has a value, secret or not.</summary>
    public bool IsSet(string name) => Text(Key(name)) is not null;

    /// <summary>A value of a provider, by its full key.</summary>
    public string? Text(string key)
    {
        _asked.Add(key);
        return values.TryGetValue(key, out var value) && value.Trim().Length > 0 ? value.Trim() : null;
    }

    /// <summary>Refuses keys of ours that nothing has asked for. Last, when everything has been read.</summary>
    public void RefuseUnknown()
    {
        if (values.Keys.Where(key => key.StartsWith(Project + ":", StringComparison.Ordinal) && !_asked.Contains(key)).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            var near = _asked.Where(key => key.StartsWith(Project + ":", StringComparison.Ordinal)).OrderBy(key => Distance(key, unknown)).ThenBy(key => key, StringComparer.Ordinal).First();
            throw new SettingsException(unknown, $"is no setting of this program. Did you mean {near}? Infra/Pulumi.yaml lists them all.");
        }
    }

    private static T Parse<T>(string name, string json, string what)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Strict) ?? throw new JsonException("it is null");
        }
        catch (JsonException exception)
        {
            throw new SettingsException(Key(name), $"must be {what} ({exception.Message}).");
        }
    }

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Edits between two texts (Levenshtein), for the suggestion only.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, _) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }
        return row[^1];
    }
}
