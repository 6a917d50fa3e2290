using System.Text.Json;

namespace Microblog.Seed;

/// <summary>Where the API is, and how that was found out.</summary>
internal sealed record ServerAddress(Uri Url, string Source)
{
    private const string Fallback = "http://localhost:5080";

    /// <summary>
    /// The option, else MICROBLOG_URL, else what the AppHost wrote to .microblog/running.json in the current directory
    /// or one above it, or above this program, else the usual local address.
    /// </summary>
    /// <exception cref="SeedException">The address found is not an http or https URL, or the file is damaged.</exception>
    public static ServerAddress Find(string? option)
    {
        var variable = Environment.GetEnvironmentVariable("MICROBLOG_URL");
        return option is not null ? Create(option, "--url")
            : !string.IsNullOrEmpty(variable) ? Create(variable, "MICROBLOG_URL")
            : FindRunning(Directory.GetCurrentDirectory()) ?? FindRunning(AppContext.BaseDirectory) ?? Create(Fallback, "default");
    }

    /// <summary>The address in .microblog/running.json of this directory or one above it, or null.</summary>
    public static ServerAddress? FindRunning(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, ".microblog", "running.json");
            if (File.Exists(file))
            {
                return Create(ReadApiUrl(file), file);
            }
        }

        return null;
    }

    private static string ReadApiUrl(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            return document.RootElement.GetProperty("apiUrl").GetString() ?? "";
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or IOException)
        {
            throw new SeedException($"{file} holds no \"apiUrl\"; give the address with --url", error);
        }
    }

    private static ServerAddress Create(string url, string source) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
            ? new(parsed, source)
            : throw new SeedException($"\"{url}\" ({source}) is not an http or https address");
}
