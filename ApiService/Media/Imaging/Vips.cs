using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.Media.Imaging;

/// <summary>
/// Runs the programs of libvips, one short-lived process per step: decoders read what strangers send, and in a process of its own a
/// crash, a leak or an endless loop costs that upload and nothing else. See docs/decisions/0007-imaging.md.
/// </summary>
public sealed partial class Vips(ILogger<Vips> logger)
{
    /// <summary>Longest time of one step. An animation of <see cref="MediaLimits.MaxAnimatedPixels"/> needs about eight seconds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private const int MaxOutput = 4096;

    private const int NotExecutable = 126;

    private const int NotFound = 127;

    /// <summary>No core dump, 1 GiB of address space, 60 s of processor time, and files of at most 256 MiB. What a system does not know it ignores.</summary>
    private const string Limited = "{ ulimit -c 0; ulimit -v 1048576; ulimit -t 60; ulimit -f 524288; } 2>/dev/null; exec \"$@\"";

    /// <summary>What the header of a file says, for its first frame. Only that decoder is allowed to read it.</summary>
    /// <exception cref="ImageException">It is no such file.</exception>
    public async Task<(int Width, int Height)> SizeAsync(string path, ImageType type, CancellationToken cancellationToken)
    {
        var line = await RunAsync("vipsheader", [path], Path.GetDirectoryName(path)!, cancellationToken);
        var match = HeaderPattern().Match(line);
        return match.Success && match.Groups[3].Value == type.Loader
            ? (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))
            : throw new ImageException("is not an image of a supported type");
    }

    /// <summary>How many frames a file has; 1 when its format does not say.</summary>
    public async Task<int> FramesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var text = await RunAsync("vipsheader", ["-f", "n-pages", path], Path.GetDirectoryName(path)!, cancellationToken);
            return int.TryParse(text, CultureInfo.InvariantCulture, out var frames) ? frames : 1;
        }
        catch (ImageException)
        {
            return 1;
        }
    }

    /// <summary>
    /// Decodes, turns upright, converts to sRGB, scales to fit and encodes, in one pass that never holds the whole image where the
    /// format allows it. A file with any error in it is refused: what it shows could differ from program to program.
    /// </summary>
    /// <param name="from">The source, with load options.</param>
    /// <param name="to">The result, with save options.</param>
    /// <param name="width">Largest width.</param>
    /// <param name="height">Largest height.</param>
    /// <param name="fit">More arguments: how to fit.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    public Task ThumbnailAsync(string from, string to, int width, int height, string[] fit, CancellationToken cancellationToken) =>
        RunAsync("vips",
            ["thumbnail", from, to, Number(width), "--height", Number(height), "--fail-on", "error", "--export-profile", "srgb", .. fit],
            Path.GetDirectoryName(to)!, cancellationToken);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<string> RunAsync(string program, string[] arguments, string directory, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        using var process = Start(program, arguments, directory);
        try
        {
            var output = ReadStartAsync(process.StandardOutput, limit.Token);
            var error = ReadStartAsync(process.StandardError, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode is NotFound or NotExecutable)
            {
                throw Missing(await error);
            }
            if (process.ExitCode != 0)
            {
                var reason = await error;
                Log.Refused(logger, program, process.ExitCode, reason);
                throw new ImageException("is damaged or not an image of a supported type");
            }
            return await output;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            Log.TooSlow(logger, program);
            throw new ImageException("takes too long to process");
        }
    }

    private Process Start(string program, string[] arguments, string directory)
    {
        var info = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory, UseShellExecute = false };
        var path = info.Environment["PATH"];
        var system = info.Environment.TryGetValue("SystemRoot", out var root) ? root : null;
        // Whoever takes over a decoder finds no connection string.
        info.Environment.Clear();
        info.Environment["PATH"] = path;
        info.Environment["LC_ALL"] = "C";
        info.Environment["TMPDIR"] = directory;
        info.Environment["VIPS_BLOCK_UNTRUSTED"] = "1";
        info.Environment["VIPS_CONCURRENCY"] = "1";
        if (OperatingSystem.IsWindows())
        {
            info.Environment["SystemRoot"] = system;
            info.FileName = program;
        }
        else
        {
            info.FileName = "/bin/sh";
            info.ArgumentList.Add("-c");
            info.ArgumentList.Add(Limited);
            info.ArgumentList.Add("sh");
            info.ArgumentList.Add(program);
        }
        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception exception)
        {
            throw Missing(exception.Message);
        }
    }

    private ApiException Missing(string reason)
    {
        Log.Missing(logger, reason.Trim());
        return ApiException.Unavailable("Images cannot be processed at the moment, please try again later");
    }

    /// <summary>Reads to the end, so that the program never waits for a reader, and keeps the beginning.</summary>
    private static async Task<string> ReadStartAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var kept = new char[MaxOutput];
        var spare = new char[MaxOutput];
        var length = 0;
        while (true)
        {
            var isFull = length == kept.Length;
            var read = await reader.ReadAsync(isFull ? spare : kept.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return new string(kept, 0, length);
            }
            length += isFull ? 0 : read;
        }
    }

    [GeneratedRegex(@"^[^\n]*: (\d{1,9})x(\d{1,9}) [^\n]*?, ([a-z0-9]+load)\b")]
    private static partial Regex HeaderPattern();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "libvips is not installed (package libvips-tools); no image can be uploaded: {Reason}")]
        public static partial void Missing(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Program} refused an upload with exit code {Code}: {Reason}")]
        public static partial void Refused(ILogger logger, string program, int code, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Program} was ended because it took too long")]
        public static partial void TooSlow(ILogger logger, string program);
    }
}
