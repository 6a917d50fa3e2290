using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Microblog.AppHost.Options;

/// <summary>How this run is to look; see <see cref="AppHostArguments.Usage"/>.</summary>
public sealed class AppHostOptions
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "Microblog";

    // Fixed in toot's and masto.js's suites.
    private const int TestPort = 3000;

    private AppHostOptions(IConfiguration configuration, string repository)
    {
        Repository = repository;
        Backing = Choice(configuration, nameof(Backing), "auto", "containers", "native");
        Services = Choice(configuration, nameof(Services), "all", "none") is "all";
        TestMode = Flag(configuration, nameof(TestMode));
        var data = configuration[nameof(Data)];
        // A directory of its own: what a developer keeps must survive a run of the suites.
        var throwAway = TestMode && string.IsNullOrEmpty(data);
        data = string.IsNullOrEmpty(data) ? Path.Combine(repository, TestMode ? ".microblog-test" : ".microblog") : data;
        Data = Path.GetFullPath(data, configuration["BaseDirectory"] ?? repository);
        Fresh = Flag(configuration, nameof(Fresh), throwAway);
        Ephemeral = Flag(configuration, nameof(Ephemeral), throwAway);
        ApiPort = configuration[nameof(ApiPort)] is { Length: > 0 } ? Number(configuration, nameof(ApiPort), 0, 1, 65535) : TestMode ? TestPort : null;
        ApiReplicas = Number(configuration, nameof(ApiReplicas), 2, 1, 32);
        WorkerReplicas = Number(configuration, nameof(WorkerReplicas), 2, 1, 32);
    }

    /// <summary>The directory of the repository.</summary>
    public string Repository { get; }

    /// <summary><c>containers</c>, <c>native</c> or <c>auto</c>.</summary>
    public string Backing { get; }

    /// <summary>False: the backing servers alone.</summary>
    public bool Services { get; }

    /// <summary>The directory of all data of this system.</summary>
    public string Data { get; }

    /// <summary>Delete the data of earlier runs first.</summary>
    public bool Fresh { get; }

    /// <summary>Keep no data when the system stops.</summary>
    public bool Ephemeral { get; }

    /// <summary>The port of the public API; null = the launch profile's, or a free one when that is taken.</summary>
    public int? ApiPort { get; }

    /// <summary>The system is there for the test suites of clients: known accounts, password grant, no rate limits.</summary>
    public bool TestMode { get; }

    /// <summary>Where the suites find the system in test mode.</summary>
    public string TestUrl => $"http://localhost:{ApiPort}";

    /// <summary>Processes of the API.</summary>
    public int ApiReplicas { get; }

    /// <summary>Processes of the feed worker.</summary>
    public int WorkerReplicas { get; }

    /// <summary>Reads the options from the builder's configuration.</summary>
    /// <exception cref="AppHostException">A value is not understood.</exception>
    public static AppHostOptions Read(IDistributedApplicationBuilder builder) =>
        Read(builder.Configuration, Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..")));

    /// <summary>Reads the options from configuration.</summary>
    /// <exception cref="AppHostException">A value is not understood.</exception>
    public static AppHostOptions Read(IConfiguration configuration, string repository) => new(configuration.GetSection(Section), repository);

    private static string Choice(IConfiguration configuration, string name, params string[] allowed)
    {
        var value = configuration[name] is { Length: > 0 } given ? given : allowed[0];
        return allowed.FirstOrDefault(choice => string.Equals(choice, value, StringComparison.OrdinalIgnoreCase))
            ?? throw new AppHostException($"{Option(name)} is \"{value}\"; it must be one of {string.Join(", ", allowed)}.");
    }

    private static bool Flag(IConfiguration configuration, string name, bool fallback = false) =>
        (fallback ? Choice(configuration, name, "true", "false") : Choice(configuration, name, "false", "true")) is "true";

    private static int Number(IConfiguration configuration, string name, int fallback, int least, int most) =>
        configuration[name] is not { Length: > 0 } value ? fallback
            : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw new AppHostException($"{Option(name)} is \"{value}\"; it must be a number from {least} to {most}.");

    private static string Option(string name) =>
        "--" + string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
