namespace Microblog.AppHost.Publishing;

/// <summary>What the images of projects are called; the projects themselves say the same as their <c>ContainerRepository</c>.</summary>
public static class ContainerImages
{
    /// <summary>Repository of a project's image, without registry, tag and digest.</summary>
    public static string Of(string project) => $"microblog/{project.ToLowerInvariant()}";
}
