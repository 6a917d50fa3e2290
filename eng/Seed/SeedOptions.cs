using System.Globalization;

namespace Microblog.Seed;

/// <summary>The command line.</summary>
internal sealed record SeedOptions
{
    /// <summary>The text of --help.</summary>
    public const string Help = """
        Fills a running Microblog through its public API with a believable community.

        usage: ./seed [options]

          --accounts N       accounts to create (default 1000)
          --follows N        accounts that each follows, on average (default 30)
          --statuses N       statuses to post (default 10000)
          --seed N           same number, same community (default 1)
          --url URL          the API (default: $MICROBLOG_URL, else .microblog/running.json, else http://localhost:5080)
          --concurrency N    requests in flight (default 16)
          --texts DIR        take texts from these files (fortune files, or .txt with one text per line)
          --sample N         time one status in N until a follower sees it, 0 for none (default 50)
          --latency-json F   write the measured figures to this file
          --tokens F         write user name, id and access token of every account to this file, as JSON lines
          --help             print this

        Running it again with the same seed and sizes adds nothing: accounts are logged in, follows stay, and repeated
        posts are recognised as long as the server remembers their Idempotency-Key.
        """;

    /// <summary>Number of accounts.</summary>
    public int Accounts { get; init; } = 1_000;

    /// <summary>Average number of follows per account.</summary>
    public int Follows { get; init; } = 30;

    /// <summary>Number of statuses.</summary>
    public int Statuses { get; init; } = 10_000;

    /// <summary>The seed number.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The API's address as given, or null.</summary>
    public string? Url { get; init; }

    /// <summary>Requests in flight.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>A directory of texts, or null.</summary>
    public string? Texts { get; init; }

    /// <summary>One status in this many is timed; 0 for none.</summary>
    public int Sample { get; init; } = 50;

    /// <summary>Where to write the figures, or null.</summary>
    public string? LatencyJson { get; init; }

    /// <summary>Where to write the access tokens, or null.</summary>
    public string? Tokens { get; init; }

    /// <summary>True when only the help is wanted.</summary>
    public bool IsHelp { get; init; }

    /// <summary>Reads the command line; both "--seed 7" and "--seed=7" are understood.</summary>
    /// <exception cref="SeedException">An option is unknown, lacks its value, or the value is out of range.</exception>
    public static SeedOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new SeedOptions();
        var queue = new Queue<string>(arguments.SelectMany(Split));
        while (queue.TryDequeue(out var name))
        {
            string Value() => queue.TryDequeue(out var value) ? value : throw new SeedException($"{name} needs a value");
            int Number(int min, int max) => ParseNumber(name, Value(), min, max);

            options = name switch
            {
                "--help" or "-h" => options with { IsHelp = true },
                "--accounts" => options with { Accounts = Number(2, 1_000_000) },
                "--follows" => options with { Follows = Number(1, 10_000) },
                "--statuses" => options with { Statuses = Number(0, 10_000_000) },
                "--seed" => options with { Seed = Number(int.MinValue, int.MaxValue) },
                "--url" => options with { Url = Value() },
                "--concurrency" => options with { Concurrency = Number(1, 1_000) },
                "--texts" => options with { Texts = Value() },
                "--sample" => options with { Sample = Number(0, int.MaxValue) },
                "--latency-json" => options with { LatencyJson = Value() },
                "--tokens" => options with { Tokens = Value() },
                _ => throw new SeedException($"unknown option {name}; try --help"),
            };
        }

        return options;
    }

    private static string[] Split(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) ? argument.Split('=', 2) : [argument];

    private static int ParseNumber(string name, string value, int min, int max) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new SeedException($"{name} needs a whole number from {min} to {max}, not \"{value}\"");
}
