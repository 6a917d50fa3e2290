using System.Diagnostics;
using System.Text.Json;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

/// <summary>Runs the container of the drill as the platform would, with an Azure CLI and a clock that do as they are told.</summary>
/// <param name="ExitCode">Of the script.</param>
/// <param name="Line">The line that it printed.</param>
/// <param name="Calls">What it asked Azure for, in order.</param>
/// <param name="Left">What it left behind: <c>server</c>, <c>endpoint</c>.</param>
internal sealed record DrillRun(int ExitCode, string Line, IReadOnlyList<string> Calls, IReadOnlyList<string> Left)
{
    /// <summary>
    /// A resource is a file named after its kind, with the tag in it. LEFT names those that are there before, RESTORE, VERIFY and VERIFY_AGAIN how these end, DELETE whether deleting
    /// works, TAKES how long a restore does, in seconds of a clock that moves on by one whenever it is asked.
    /// </summary>
    private const string Az =
        """
        #!/bin/bash
        cd "$FAKE" || exit 99
        kind() { case "$*" in *flexibleServers*) echo server ;; *privateEndpoints*) echo endpoint ;; esac; }
        note() { echo "$*" >>calls; }
        case "$*" in
          "login "*) note login; [[ ${LOGIN:-} != fails ]] ;;
          "resource show "*) [[ -e $(kind "$*") ]] && cat "$(kind "$*")" || exit 3 ;;
          "rest --method delete "*) note "delete $(kind "$*")"; [[ ${DELETE:-} == ignored ]] || rm -f "$(kind "$*")" ;;
          "deployment group create "*)
            note restore
            printf '%s\n' "$@" >arguments
            echo restore-drill >server
            echo $(($(<clock) + ${TAKES:-600})) >clock
            [[ ${RESTORE:-} == fails ]] && exit 1
            [[ ${RESTORE:-} == hangs ]] && exit 124
            if [[ ${RESTORE:-} == interrupted ]]; then
              read -r _ _ _ shell _ <"/proc/$PPID/stat"
              kill -TERM "$shell"
              exec sleep 30
            fi
            echo restore-drill >endpoint ;;
          "deployment group cancel "*) note cancel ;;
          "rest --method post "*) note verify; echo "${EXECUTION-verify-1}" ;;
          *"/executions?"*) note "find execution"; echo verify-2 ;;
          *"/executions/"*)
            execution=${5##*/}
            note "ask for ${execution%%\?*}"
            echo $(($(<clock) + 600)) >clock
            [[ $(grep -c '^verify$' calls) == 2 ]] && VERIFY=${VERIFY_AGAIN:-${VERIFY:-}}
            echo "${VERIFY:-Succeeded}" ;;
          *) note "unexpected $*"; exit 98 ;;
        esac
        """;

    private const string Date =
        """
        #!/bin/bash
        if [[ $1 == +%s ]]; then
          echo $(($(<"$FAKE/clock") + 1)) >"$FAKE/clock"
          cat "$FAKE/clock"
        else
          echo 2026-11-07T03:45:00Z
        fi
        """;

    /// <summary>The environment of a job's container; secrets are left out.</summary>
    public static IReadOnlyDictionary<string, string> Environment(Provisioned job) => job.List("template.containers.0.env")
        .ToDictionary(variable => (string)Provisioned.Member(variable, "name")!, variable => Provisioned.Member(variable, "value") as string ?? "");

    /// <summary>Runs it for the stack <c>prod</c>.</summary>
    /// <param name="change">Variables on top: those of the container, and those that the other side listens to.</param>
    public static async Task<DrillRun> RunAsync(params (string Name, string Value)[] change)
    {
        var job = (await StackRun.OfAsync("prod")).One("app:Job", "restore-drill");
        var folder = Directory.CreateTempSubdirectory("drill");
        try
        {
            Script(folder, "az", Az);
            Script(folder, "date", Date);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "clock"), "1000");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "calls"), "");
            var start = new ProcessStartInfo((string)job.List("template.containers.0.command")[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in job.List("template.containers.0.command").Skip(1).Concat(job.List("template.containers.0.args")))
            {
                start.ArgumentList.Add((string)argument);
            }
            foreach (var (name, value) in Environment(job).Select(pair => (pair.Key, pair.Value)).Append(("POLL_SECONDS", "0")).Concat(change))
            {
                start.Environment[name] = value;
            }
            foreach (var left in change.Where(pair => pair.Name == "LEFT").SelectMany(pair => pair.Value.Split(' ')))
            {
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, left), change.FirstOrDefault(pair => pair.Name == "TAG") is { Value: { } tag } ? tag : "restore-drill");
            }
            start.Environment["FAKE"] = folder.FullName;
            start.Environment["TMPDIR"] = folder.FullName;
            start.Environment["PATH"] = $"{folder.FullName}:{System.Environment.GetEnvironmentVariable("PATH")}";
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var line = Assert.Single((await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            await process.WaitForExitAsync();
            TestContext.Current.TestOutputHelper?.WriteLine(await errors);
            return new DrillRun(
                process.ExitCode,
                line,
                await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "calls")),
                [.. new[] { "endpoint", "server" }.Where(kind => File.Exists(Path.Combine(folder.FullName, kind)))]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The line, read.</summary>
    public JsonElement Result { get; } = JsonSerializer.Deserialize<JsonElement>(Line);

    /// <summary>A member of the result, as text.</summary>
    public string this[string member] => Result.GetProperty(member).ToString();

    private static void Script(DirectoryInfo folder, string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("The script of the drill needs a Unix shell.");
        }
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
