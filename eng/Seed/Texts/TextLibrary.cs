using System.Text;

namespace Microblog.Seed.Texts;

/// <summary>Finds the material for statuses: a directory given, else the fortunes of this machine, else proverbs.</summary>
internal sealed record TextLibrary(string Source, IReadOnlyList<SeedText> Texts)
{
    private static readonly string[] FortuneDirectories =
    [
        "/usr/share/games/fortunes", "/usr/share/games/fortune", "/usr/share/fortune",
        "/opt/homebrew/share/games/fortunes", "/usr/local/share/games/fortunes",
    ];

    // Collections whose humour did not age well, or that are pictures or not in English.
    private static readonly HashSet<string> Skipped = new(StringComparer.OrdinalIgnoreCase)
    {
        "ascii-art", "drugs", "ethnic", "knghtbrd", "love", "men-women", "perl", "politics", "translate-me", "zippy",
    };

    /// <summary>Loads the texts; the order depends on the files only.</summary>
    /// <param name="directory">A directory of text files, or null to look for fortunes.</param>
    /// <exception cref="SeedException">The directory holds no text that could be posted.</exception>
    public static TextLibrary Load(string? directory)
    {
        if (directory is not null)
        {
            var texts = Directory.Exists(directory) ? Read(directory) : [];
            return texts.Count > 0
                ? new(directory, texts)
                : throw new SeedException($"no texts of at most {TextRules.MaxLength} characters found in {directory}");
        }

        var fortunes = FortuneDirectories.Where(Directory.Exists).Select(found => new TextLibrary(found, Read(found)));
        return fortunes.FirstOrDefault(library => library.Texts.Count > 0) ?? BuiltIn();
    }

    /// <summary>The proverbs that come with this program.</summary>
    public static TextLibrary BuiltIn()
    {
        using var stream = typeof(TextLibrary).Assembly.GetManifestResourceStream("proverbs.txt")
            ?? throw new SeedException("the built-in proverbs are missing from this build");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new("built-in proverbs", Distinct(TextFile.Parse("proverbs", reader.ReadToEnd())));
    }

    private static List<SeedText> Read(string directory) => Distinct(
        Directory.EnumerateFiles(directory)
            .Where(file => Path.GetExtension(file) is "" or ".txt" && !Skipped.Contains(Path.GetFileName(file)))
            .Order(StringComparer.Ordinal)
            .SelectMany(file => TextFile.Parse(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file))));

    private static List<SeedText> Distinct(IEnumerable<SeedText> texts) => texts.DistinctBy(text => text.Body).ToList();
}
