using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aspire.Hosting;

public sealed class LaunchSettings
{
    [JsonPropertyName("profiles")]
    public Dictionary<string, LaunchProfile> Profiles { get; set; } = [];
}

public sealed class LaunchProfile
{
    [JsonPropertyName("commandName")]
    public string? CommandName { get; set; }

    [JsonPropertyName("commandLineArgs")]
    public string? CommandLineArgs { get; set; }

    [JsonPropertyName("applicationUrl")]
    public string? ApplicationUrl { get; set; }

    [JsonPropertyName("launchUrl")]
    public string? LaunchUrl { get; set; }

    [JsonPropertyName("launchBrowser")]
    public bool? LaunchBrowser { get; set; }

    [JsonPropertyName("dotnetRunMessages")]
    public bool? DotnetRunMessages { get; set; }

    [JsonPropertyName("executablePath")]
    public string? ExecutablePath { get; set; }

    [JsonPropertyName("environmentVariables")]
    public Dictionary<string, string> EnvironmentVariables { get; set; } = [];
}

internal static class LaunchSettingsFile
{
    private static readonly JsonSerializerOptions Lenient = new() { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static LaunchSettings? Read(string projectDirectory)
    {
        var path = Path.Combine(projectDirectory, "Properties", "launchSettings.json");
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllText(path), Lenient);
        }
        catch (JsonException exception)
        {
            throw new DistributedApplicationException($"Failed to get effective launch profile from '{path}'. There is malformed JSON in the project's launch settings file.", exception);
        }
    }

    /// <summary>The profile named for the project, else the AppHost's own if the project has it, else the first that starts the project.</summary>
    public static (string Name, LaunchProfile Profile)? EffectiveProfile(ProjectResource project)
    {
        var metadata = project.GetProjectMetadata();
        if (project.HasAnnotationOfType<ExcludeLaunchProfileAnnotation>()
            || (metadata.LaunchSettings ?? Read(Path.GetDirectoryName(metadata.ProjectPath)!)) is not { } settings)
        {
            return null;
        }

        if (project.TryGetLastAnnotation<LaunchProfileAnnotation>(out var named))
        {
            return settings.Profiles.TryGetValue(named.LaunchProfileName, out var profile)
                ? (named.LaunchProfileName, profile)
                : throw new DistributedApplicationException($"Launch settings file of '{project.Name}' does not contain '{named.LaunchProfileName}' profile.");
        }

        if (project.TryGetLastAnnotation<DefaultLaunchProfileAnnotation>(out var preferred) && settings.Profiles.TryGetValue(preferred.LaunchProfileName, out var common))
        {
            return (preferred.LaunchProfileName, common);
        }

        var first = settings.Profiles.FirstOrDefault(p => p.Value.CommandName == "Project");
        return first.Key is null ? null : (first.Key, first.Value);
    }
}
