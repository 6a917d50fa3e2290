using Microblog.Infra.AppModel;

namespace Microblog.AppHost.Publishing;

/// <summary>How much of a service a deployment starts with. Aspire has no words for it, except for the number of replicas.</summary>
public sealed record Scale : IResourceAnnotation
{
    /// <summary>Fewest replicas; three survive the loss of a zone with two to spare.</summary>
    public int Min { get; init; } = 1;

    /// <summary>Most replicas.</summary>
    public int Max { get; init; } = 10;

    /// <summary>Virtual cores of a replica.</summary>
    public double Cpu { get; init; } = 0.5;

    /// <summary>Memory of a replica in GiB; container platforms sell twice as much as cores.</summary>
    public double MemoryGiB { get; init; } = 1;

    /// <summary>Requests at a time that one replica answers.</summary>
    public int HttpConcurrency { get; init; } = 100;

    /// <summary>Messages in a queue that one replica is enough for.</summary>
    public IReadOnlyList<(string Queue, int Length)> Queues { get; init; } = [];

    /// <summary>From the signal to end until the process is killed. ServiceDefaults drains for 5 s, and then telemetry is flushed.</summary>
    public int GraceSeconds { get; init; } = 30;
}

/// <summary>What the edge has to know of the public routes of a service.</summary>
/// <param name="Routes">The routes.</param>
public sealed record PublicRoutes(RoutesSpec Routes) : IResourceAnnotation;

/// <summary>A command of the service's program that checks a restored database.</summary>
/// <param name="Args">The command.</param>
public sealed record VerificationCommand(IReadOnlyList<string> Args) : IResourceAnnotation;
