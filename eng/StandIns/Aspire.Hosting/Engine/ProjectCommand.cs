namespace Aspire.Hosting.Engine;

/// <summary>How a project is run: what the AppHost's build made of it, directly, because that starts a second faster than <c>dotnet run</c>.</summary>
internal static class ProjectCommand
{
    public static IReadOnlyList<string> Arguments(IProjectMetadata metadata, DistributedApplicationOptions options)
    {
        if (options.Metadata($"apphostprojecttarget:{metadata.ProjectPath}") is not { Length: > 0 } target)
        {
            // Added by its path only, so the AppHost's build knows nothing of it.
            return ["run", "--project", metadata.ProjectPath, "--no-launch-profile", .. metadata.SuppressBuild ? (string[])["--no-build"] : [], "--"];
        }

        return File.Exists(target)
            ? [target]
            : throw new DistributedApplicationException($"'{target}' does not exist. Build the AppHost, which builds the projects that it runs.");
    }

    public static IReadOnlyList<string> ProfileArguments(ProjectResource project) =>
        LaunchSettingsFile.EffectiveProfile(project)?.Profile.CommandLineArgs is { Length: > 0 } line
            ? line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            : [];
}
