using System.Text.Json;
using Microblog.Seed.Community;
using Microblog.Seed.Phases;

namespace Microblog.Seed;

/// <summary>Writes the files that tests and benchmarks read.</summary>
internal static class SeedFiles
{
    private static readonly JsonSerializerOptions Lines = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>One JSON object per line; the file is readable by its owner only.</summary>
    public static async Task WriteTokensAsync(string path, CommunityPlan plan, Session[] sessions, CancellationToken cancellationToken)
    {
        // An existing file would keep its own, perhaps wider, permissions.
        File.Delete(path);
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(path, create) { NewLine = "\n" };
        for (var i = 0; i < sessions.Length; i++)
        {
            var (username, id, token) = sessions[i];
            var line = new TokenLine(username, id, token, plan.Graph.Followers[i].Count, plan.Graph.Following[i].Count);
            await writer.WriteLineAsync(JsonSerializer.Serialize(line, Lines).AsMemory(), cancellationToken);
        }
    }

    /// <summary>The summary of the run as one JSON object.</summary>
    public static Task WriteSummaryAsync(string path, SeedSummary summary, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(path, JsonSerializer.Serialize(summary, Indented) + "\n", cancellationToken);

    private sealed record TokenLine(string Username, string Id, string AccessToken, int Followers, int Following);
}
