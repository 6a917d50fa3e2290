namespace Microblog.AppHost.Native;

/// <summary>Where the server programs of this machine are.</summary>
/// <param name="PostgresBin">Directory of <c>postgres</c>, <c>initdb</c>, <c>pg_basebackup</c> and <c>psql</c>.</param>
/// <param name="RedisServer">Path of <c>redis-server</c>.</param>
/// <param name="RabbitServer">Path of the start script which does not change users.</param>
/// <param name="RabbitManagement">Whether the management plugin is there.</param>
/// <param name="Epmd">Path of Erlang's port mapper.</param>
public sealed record NativePrograms(string PostgresBin, string RedisServer, string RabbitServer, bool RabbitManagement, string Epmd)
{
    // Debian's /usr/sbin/rabbitmq-server switches to the system's own broker account; this is the script behind it.
    private const string DebianRabbit = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private static readonly string[] Prefixes = ["/usr/local", "/usr", "/opt/homebrew", "/opt/homebrew/opt/rabbitmq", "/usr/local/opt/rabbitmq"];

    /// <summary>Looks in PATH and where Debian and Homebrew install.</summary>
    /// <exception cref="AppHostException">Something is missing; the message names the packages to install.</exception>
    public static NativePrograms Find()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new AppHostException("Native servers need Linux or macOS. Start Docker or Podman and use --backing containers.");
        }

        var postgres = FindPostgres();
        var redis = FindProgram("redis-server");
        var rabbit = Exists(DebianRabbit) ? DebianRabbit : FindProgram("rabbitmq-server");
        var epmd = FindProgram("epmd") ?? Newest("/usr/lib/erlang", "erts-*", "bin/epmd");

        var missing = new List<(string Server, string Debian, string Homebrew)>();
        if (postgres is null)
        {
            missing.Add(("PostgreSQL", "postgresql", "postgresql@17"));
        }

        if (redis is null)
        {
            missing.Add(("Redis", "redis-server", "redis"));
        }

        if (rabbit is null || epmd is null)
        {
            missing.Add(("RabbitMQ", "rabbitmq-server", "rabbitmq"));
        }

        if (missing.Count > 0)
        {
            throw new AppHostException($"""
                Not installed: {string.Join(", ", missing.Select(item => item.Server))}. Install it, or start Docker or Podman and use --backing containers.
                  Debian, Ubuntu: apt-get install {string.Join(' ', missing.Select(item => item.Debian))}
                  macOS:          brew install {string.Join(' ', missing.Select(item => item.Homebrew))}
                """);
        }

        return new(postgres!, redis!, rabbit!, HasManagement(rabbit!), epmd!);
    }

    private static string? FindPostgres() =>
        Newest("/usr/lib/postgresql", "*", "bin/initdb") is { } debian ? Path.GetDirectoryName(debian)
        : Prefixes.Select(prefix => Newest(Path.Combine(prefix, "opt"), "postgresql@*", "bin/initdb")).FirstOrDefault(path => path is not null) is { } homebrew
            ? Path.GetDirectoryName(homebrew)
        // A lone link in a directory of links does not have the other programs beside it.
        : FindProgram("initdb") is { } path ? Path.GetDirectoryName(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path)
        : null;

    private static string? FindProgram(string name)
    {
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(Prefixes.SelectMany(prefix => new[] { Path.Combine(prefix, "sbin"), Path.Combine(prefix, "bin") }));
        return directories.Select(directory => Path.Combine(directory, name)).FirstOrDefault(Exists);
    }

    // The highest number in a directory name such as 15, postgresql@17 or erts-13.1.5 wins.
    private static string? Newest(string directory, string pattern, string file) =>
        !Directory.Exists(directory) ? null
            : Directory.EnumerateDirectories(directory, pattern)
                .Where(candidate => Exists(Path.Combine(candidate, file)))
                .OrderByDescending(candidate => VersionIn(Path.GetFileName(candidate)))
                .Select(candidate => Path.Combine(candidate, file))
                .FirstOrDefault();

    // A link that an uninstalled package left behind counts as existing for the file system, but not here.
    private static bool Exists(string path) =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is not { Exists: false };

    private static Version VersionIn(string name)
    {
        var digits = name[(name.AsSpan().IndexOfAnyInRange('0', '9') is var start and >= 0 ? start : name.Length)..];
        return Version.TryParse(digits.Contains('.') ? digits : digits + ".0", out var version) ? version : new Version(0, 0);
    }

    private static bool HasManagement(string rabbitServer)
    {
        var script = File.ResolveLinkTarget(rabbitServer, returnFinalTarget: true)?.FullName ?? rabbitServer;
        var plugins = Path.Combine(Path.GetDirectoryName(script)!, "..", "plugins");
        return Directory.Exists(plugins) && Directory.EnumerateFileSystemEntries(plugins, "rabbitmq_management-*").Any();
    }
}
