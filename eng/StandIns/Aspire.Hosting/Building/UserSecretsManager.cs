using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.UserSecrets;

namespace Aspire.Hosting;

[Experimental("ASPIREUSERSECRETS001", UrlFormat = "https://aka.ms/aspire/diagnostics/{0}")]
public interface IUserSecretsManager
{
    bool IsAvailable { get; }

    string FilePath { get; }

    bool TrySetSecret(string name, string value);

    bool TryDeleteSecret(string name);

    void GetOrSetSecret(IConfigurationManager configuration, string name, Func<string> valueGenerator);

    Task SaveStateAsync(JsonObject state, CancellationToken cancellationToken = default);
}

/// <summary>The AppHost's secrets.json, which its configuration reads in development; without an id there is none.</summary>
internal sealed class UserSecretsFile(string? userSecretsId) : IUserSecretsManager
{
    private static readonly Lock FileLock = new();
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public bool IsAvailable => userSecretsId is not null;

    public string FilePath => userSecretsId is null ? "" : PathHelper.GetSecretsPathFromSecretsId(userSecretsId);

    public bool TrySetSecret(string name, string value) => TryChange(secrets => secrets[name] = value);

    public bool TryDeleteSecret(string name) => TryChange(secrets => secrets.Remove(name));

    public void GetOrSetSecret(IConfigurationManager configuration, string name, Func<string> valueGenerator)
    {
        if (configuration[name] is not null)
        {
            return;
        }

        var value = valueGenerator();
        configuration.AddInMemoryCollection([new KeyValuePair<string, string?>(name, value)]);
        TrySetSecret(name, value);
    }

    public Task SaveStateAsync(JsonObject state, CancellationToken cancellationToken = default) =>
        TryChange(secrets =>
        {
            secrets.Clear();
            foreach (var (name, value) in state)
            {
                secrets[name] = value?.DeepClone();
            }
        })
            ? Task.CompletedTask
            : throw new InvalidOperationException("The AppHost project has no UserSecretsId.");

    private bool TryChange(Action<JsonObject> change)
    {
        if (!IsAvailable)
        {
            return false;
        }

        lock (FileLock)
        {
            try
            {
                var text = File.Exists(FilePath) ? File.ReadAllText(FilePath) : "";
                var secrets = string.IsNullOrWhiteSpace(text) ? [] : JsonNode.Parse(text)!.AsObject();
                change(secrets);

                // A run that is killed here must not leave half a file: the passwords in it open the data of earlier runs.
                Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
                var temporary = $"{FilePath}.{Environment.ProcessId}.tmp";
                File.WriteAllText(temporary, secrets.ToJsonString(Indented));
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                }

                File.Move(temporary, FilePath, overwrite: true);
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
            {
                Console.Error.WriteLine($"The user secrets file {FilePath} cannot be written: {exception.Message}");
                return false;
            }
        }
    }
}
