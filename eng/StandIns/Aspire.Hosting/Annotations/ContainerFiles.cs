namespace Aspire.Hosting.ApplicationModel;

public abstract class ContainerFileSystemItem
{
    public string Name
    {
        get;
        set => field = value.Contains('/', StringComparison.Ordinal)
            ? throw new ArgumentException($"'{value}' must be a name without folders.", nameof(value))
            : value;
    } = "";

    public int? Owner { get; set; }

    public int? Group { get; set; }

    public UnixFileMode Mode { get; set; }
}

public abstract class ContainerFileBase : ContainerFileSystemItem
{
    public string? Contents { get; set; }

    public string? SourcePath { get; set; }

    public bool? ContinueOnError { get; set; }
}

public sealed class ContainerFile : ContainerFileBase;

public sealed class ContainerDirectory : ContainerFileSystemItem
{
    public IEnumerable<ContainerFileSystemItem> Entries { get; set; } = [];
}

public sealed class ContainerFileSystemCallbackAnnotation : IResourceAnnotation
{
    public required string DestinationPath { get; init; }

    public required Func<ContainerFileSystemCallbackContext, CancellationToken, Task<IEnumerable<ContainerFileSystemItem>>> Callback { get; init; }

    public int? DefaultOwner { get; init; }

    public int? DefaultGroup { get; init; }

    public UnixFileMode? Umask { get; set; }
}

public sealed class ContainerFileSystemCallbackContext
{
    public required IResource Model { get; init; }

    public required IServiceProvider ServiceProvider { get; init; }
}
