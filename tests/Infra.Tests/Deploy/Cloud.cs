using System.Diagnostics;
using Microblog.Infra.AppModel;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Deploy;

/// <summary>
/// A place where the scripts of <c>eng/deploy</c> find programs called az, pulumi, dotnet, docker and curl that only write down what they were asked and
/// answer as the test says.
/// </summary>
internal sealed class Cloud : IDisposable
{
    public const string Old = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    public const string New = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    public const string Stable = "mb-prod-apiservice--0000001";
    public const string Newest = "mb-prod-apiservice--0000002";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("microblog-deploy-");
    private readonly List<(string Pattern, string Reply)> _replies = [];

    public Cloud()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The scripts are for bash.");
        // Scripts leave notes in the checkout that they are of; a test has one of its own.
        foreach (var path in new[] { "eng/deploy", "Infra" })
        {
            Directory.CreateDirectory(Path.Combine(_folder.FullName, path));
        }
        foreach (var script in new[] { "eng", "eng/deploy" }.SelectMany(path => Directory.GetFiles(Path.Combine(Repository.Root, path))))
        {
            File.Copy(script, Path.Combine(_folder.FullName, Path.GetRelativePath(Repository.Root, script)));
        }
        File.Copy(AppModelReader.DefaultPath, Path.Combine(_folder.FullName, "Infra", "app-model.json"));
        Directory.CreateDirectory(Programs);
        foreach (var program in new[] { "az", "pulumi", "dotnet", "docker", "curl", "git", "sleep" })
        {
            var path = Path.Combine(Programs, program);
            File.WriteAllText(path, $"#!/bin/bash\nexec bash '{_folder.FullName}/answer' {program} \"$@\"\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
        }
        Images = Write("images.json", Digests(New));
        Serves(Old);
        Answer("pulumi *config get*host", "echo social.example");
        Answer("az containerapp show*latestRevisionName*", $"case \"$line\" in *feedworker*) echo mb-prod-feedworker--0000002 ;; *) echo {Newest} ;; esac");
        Answer("az containerapp show*activeRevisionsMode*", "echo Single");
        Answer("az containerapp show*--query id *", "echo /subscriptions/s/resourceGroups/mb-prod-app/providers/Microsoft.App/containerApps/mb-prod-apiservice");
        Answer("az containerapp revision show*", "echo '{\"properties\":{\"provisioningState\":\"Provisioned\",\"runningState\":\"Running\",\"healthState\":\"Healthy\",\"replicas\":3}}'");
        Answer("az containerapp job start*", "echo mb-prod-migrations-x1");
        Answer("az containerapp job execution show*", "echo Succeeded");
        Answer("az monitor metrics list*", Requests(failed: 0, good: 1000));
        Answer("az rest*alerts*", "echo '{\"value\":[]}'");
    }

    /// <summary>File of the digests that were pushed.</summary>
    public string Images { get; }

    /// <summary>Folder in which the steps of a release leave notes for each other.</summary>
    public string Notes => Path.Combine(_folder.FullName, "artifacts", "deploy", "prod");

    /// <summary>What the programs were asked, in order.</summary>
    public IReadOnlyList<string> Calls => File.Exists(CallsFile) ? File.ReadAllLines(CallsFile) : [];

    /// <summary>Those that change something, shortened to what matters.</summary>
    public IReadOnlyList<string> Changes =>
    [
        .. Calls.Where(call => call.StartsWith("pulumi", StringComparison.Ordinal) ? !call.Contains(" config get ", StringComparison.Ordinal)
                : call.StartsWith("az ", StringComparison.Ordinal) && new[] { " start ", " set ", " update ", " add ", " remove ", " deactivate " }.Any(verb => call.Contains(verb, StringComparison.Ordinal)))
            .Select(call => call.Replace($"pulumi --cwd {_folder.FullName}/Infra ", "", StringComparison.Ordinal).Replace(" --stack prod", "", StringComparison.Ordinal)
                .Replace("--plaintext --path microblog:", "", StringComparison.Ordinal).Replace("--path microblog:", "", StringComparison.Ordinal).Replace(" --resource-group mb-prod-app", "", StringComparison.Ordinal)
                .Replace(" -- ", " ", StringComparison.Ordinal).Replace(" --output none", "", StringComparison.Ordinal).Replace(" --yes --skip-preview --non-interactive --suppress-outputs", "", StringComparison.Ordinal)),
    ];

    private string Programs => Path.Combine(_folder.FullName, "bin");

    private string CallsFile => Path.Combine(_folder.FullName, "calls");

    /// <summary>What bash does when a call looks like this; later answers win. In it <c>$line</c> is the call.</summary>
    public void Answer(string pattern, string reply) => _replies.Add((pattern, reply));

    /// <summary>Container Apps as they are before a release.</summary>
    public void Serves(string digest)
    {
        Answer("az containerapp list*", "printf 'mb-prod-apiservice\\nmb-prod-collector\\nmb-prod-feedworker\\n'");
        Answer("az containerapp job list*", $"echo '[{{\"name\":\"mb-prod-migrations\",\"properties\":{{\"template\":{{\"containers\":[{{\"image\":\"r.example/a@{digest}\"}}]}}}}}}]'");
        Answer("az containerapp revision list*", $"echo '[{Revision("mb-prod-apiservice--0000000", "sha256:bad", 0)},{Revision(Stable, $"r.example/a@{digest}", 100)}]'");
    }

    /// <summary>Nothing was ever released.</summary>
    public void ServesNothing()
    {
        Answer("az containerapp list*", ":");
        Answer("az containerapp job list*", "echo '[]'");
    }

    /// <summary>What the metric of requests answers.</summary>
    public static string Requests(int failed, int good) =>
        $$"""
        echo '{"value":[{"timeseries":[
          {"metadatavalues":[{"name":{"value":"revisionname"},"value":"r"},{"name":{"value":"statuscodecategory"},"value":"5xx"}],"data":[{"total":{{failed}}.0},{}]},
          {"metadatavalues":[{"name":{"value":"statuscodecategory"},"value":"2xx"}],"data":[{"total":{{good}}.0}]}]}]}'
        """;

    /// <summary>Runs a script.</summary>
    /// <param name="script">Its name, seen from <c>eng/deploy</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="settings">Environment variables, as <c>DEPLOY_SOAK_SECONDS</c>; no time-out waits by itself.</param>
    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(string script, IEnumerable<string> arguments, params (string Name, string Value)[] settings)
    {
        Write("answer", $"line=\"$*\"\nprintf '%s\\n' \"$line\" >>'{CallsFile}'\ncase \"$line\" in\n{string.Concat(Enumerable.Reverse(_replies).Select(reply => $"{Pattern(reply.Pattern)}) {reply.Reply} ;;\n"))}esac\n");
        var start = new ProcessStartInfo(Path.Combine(_folder.FullName, "eng", "deploy", script), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Programs}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["DEPLOY_POLL_SECONDS"] = start.Environment["DEPLOY_SOAK_SECONDS"] = start.Environment["DEPLOY_HEALTH_SECONDS"] = start.Environment["DEPLOY_LOGIN_SECONDS"] = "0";
        start.Environment["DEPLOY_MIGRATION_SECONDS"] = start.Environment["RETRY_SECONDS"] = "0";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await output, await errors);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Revision(string name, string image, int weight) =>
        $$"""{"name":"{{name}}","properties":{"active":true,"createdTime":"2026-01-01","trafficWeight":{{weight}},"template":{"containers":[{"image":"{{image}}"}]} } }""";

    private static string Digests(string digest) =>
        $$"""{ {{string.Join(", ", AppModelReader.ReadFile(AppModelReader.DefaultPath).Services.Select(service => $"\"{service.Name}\": \"{digest}\""))}} }""";

    /// <summary>Everything but stars is meant as it is.</summary>
    private static string Pattern(string pattern) => string.Join('*', pattern.Split('*').Select(part => $"'{part}'"));

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
