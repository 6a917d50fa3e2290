using System.Text.Json;

namespace Microblog.Infra.AppModel;

/// <summary>Reads what the AppHost published, and refuses what this program would have to guess at.</summary>
public static class AppModelReader
{
    /// <summary>Its name; the build puts it beside this program.</summary>
    public const string FileName = "app-model.json";

    /// <summary>What writes the file.</summary>
    public const string Command = "dotnet run --project AppHost -- --operation publish --step publish-pulumi";

    /// <summary>The file that this program was built with.</summary>
    public static string DefaultPath => Path.Combine(AppContext.BaseDirectory, FileName);

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="AppModelException">It is missing or cannot be deployed.</exception>
    public static AppContract ReadFile(string path)
    {
        try
        {
            return Read(File.ReadAllText(path), Path.GetFileName(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AppModelException($"{path} cannot be read: {exception.Message} It is written by: {Command}");
        }
    }

    /// <summary>Reads and checks a contract.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="file">What errors call it.</param>
    /// <exception cref="AppModelException">It cannot be deployed.</exception>
    public static AppContract Read(string json, string file = FileName)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            // Before anything else: a later version may look entirely different.
            CheckVersion(document.RootElement, file);
            var contract = AppContractJson.Read(document.RootElement);
            return AppModelRules.FirstBroken(contract) is { } problem ? throw new AppModelException($"{file}: {problem}") : contract;
        }
        catch (JsonException exception)
        {
            throw new AppModelException($"{file} is not what the AppHost publishes: {exception.Message} Write it again with: {Command}");
        }
    }

    private static void CheckVersion(JsonElement root, string file)
    {
        if (root.ValueKind is not JsonValueKind.Object || !root.TryGetProperty("version", out var version))
        {
            throw new AppModelException($"{file} has no \"version\"; it is written by: {Command}");
        }

        if (version.ValueKind is not JsonValueKind.Number || !version.TryGetInt32(out var number) || number != AppContract.CurrentVersion)
        {
            throw new AppModelException($"{file} has version {version.GetRawText()}; this program reads version {AppContract.CurrentVersion}. Use the AppHost and Infra of the same commit, and write the file with: {Command}");
        }
    }
}
