using Microblog.Infra.AppModel;
using Microblog.Infra.Components;

namespace Microblog.Infra.Tests.Messaging;

/// <summary>A node's files in a folder of their own, and the script that brings its secrets, as they would be on the machine.</summary>
internal sealed class NodeFolder : IDisposable
{
    public const string Password = "a password/with: everything @ % \" ' in it";
    public const string AdminPassword = "another";

    public AzureOfOneMachine Azure { get; } = new();

    public string Root { get; } = Directory.CreateTempSubdirectory("microblog-tests-").FullName;

    public BrokerMachine Machine => new(1, 1, "prod", "4.3.5-1", 64, Azure.Address, "client");

    public static BrokerSpec Model => AppModelReader.ReadFile(AppModelReader.DefaultPath).Broker;

    /// <summary>Lays out the files; the vault has everything.</summary>
    public static async Task<NodeFolder> CreateAsync()
    {
        var folder = new NodeFolder();
        await File.WriteAllTextAsync(folder.PathOf("settings"), BrokerCloudInit.Fill("settings", folder.Machine) + $"metadata='{folder.Azure.Address}/metadata'\nnew_disk='{folder.PathOf("new-disk")}'\n");
        foreach (var script in new[] { "common.sh", "configure.sh" })
        {
            await File.WriteAllTextAsync(folder.PathOf(script), BrokerCloudInit.Fill(script, folder.Machine));
        }
        await folder.RenewAsync();
        var secrets = folder.Azure.Secrets;
        (secrets["broker-cookie"], secrets["broker-password"], secrets["broker-admin-password"]) = ("a cookie", Password, AdminPassword);
        secrets["broker-definitions"] = BrokerDefinitions.Render(Model);
        return folder;
    }

    /// <summary>A new certificate in the vault.</summary>
    public async Task RenewAsync()
    {
        var (code, _, errors) = await Shell.RunAsync(BrokerCertificatesTests.Script, ["prod", PathOf("made")]);
        Assert.True(code == 0, errors);
        Azure.Secrets["broker-ca"] = await TextAsync("made/ca.pem");
        Azure.Secrets["broker-certificate"] = await TextAsync("made/broker.pem");
        Azure.Secrets["broker-key"] = await TextAsync("made/broker-key.pem");
    }

    /// <summary>Runs the script that brings the secrets.</summary>
    /// <param name="minutes">How long it asks the vault.</param>
    public Task<(int Code, string Output, string Errors)> ConfigureAsync(int minutes = 1) => Shell.RunAsync("bash", [PathOf("configure.sh")], new Dictionary<string, string>
    {
        ["MICROBLOG_BROKER_SETTINGS"] = PathOf("settings"),
        ["MICROBLOG_BROKER_LIBRARY"] = Root,
        ["MICROBLOG_BROKER_CONFIGURATION"] = Root,
        ["MICROBLOG_BROKER_COOKIE"] = PathOf(".erlang.cookie"),
        ["MICROBLOG_BROKER_OWNER"] = Environment.UserName,
        ["MICROBLOG_BROKER_MINUTES"] = $"{minutes}",
    });

    public string PathOf(string file) => Path.Combine(Root, file);

    /// <summary>A file without white space at its end.</summary>
    public async Task<string> TextAsync(string file) => (await File.ReadAllTextAsync(PathOf(file))).TrimEnd();

    public void Dispose()
    {
        Azure.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    /// <summary>The machine's scripts are for the tools that its system has.</summary>
    public static void SkipWhereToolsAreMissing() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && Shell.Has("jq") && Shell.Has("curl") && Shell.Has("openssl"), "This needs Linux with jq, curl and openssl.");
}
