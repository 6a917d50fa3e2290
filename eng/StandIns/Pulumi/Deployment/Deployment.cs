using System.Collections.Immutable;
using System.Text.Json;
using Pulumi.Testing;

namespace Pulumi;

/// <summary>A run of a program. Without an engine there is one kind: a test with mocks.</summary>
public sealed partial class Deployment
{
    private static readonly AsyncLocal<DeploymentInstance?> Running = new();

    private readonly List<string> _errors = [];
    private readonly ImmutableDictionary<string, string> _config = ReadConfig();

    private Deployment(IMocks mocks, TestOptions? options)
    {
        _mocks = mocks;
        ProjectName = options?.ProjectName ?? "project";
        StackName = options?.StackName ?? "stack";
        OrganizationName = options?.OrganizationName ?? "organization";
        RootDirectory = options?.RootDirectory;
        IsDryRun = options?.IsPreview ?? true;
    }

    /// <exception cref="InvalidOperationException">No program is running.</exception>
    public static DeploymentInstance Instance =>
        Running.Value ?? throw new InvalidOperationException("Trying to acquire Deployment.Instance before 'Run' was called.");

    internal static Deployment? Current => Running.Value?.Internal;

    internal static Deployment InternalInstance => Instance.Internal;

    internal string ProjectName { get; }

    internal string StackName { get; }

    internal string OrganizationName { get; }

    internal string? RootDirectory { get; }

    internal bool IsDryRun { get; }

    internal TaskTracker Tasks { get; } = new();

    internal Stack Stack
    {
        get => field ?? throw new InvalidOperationException("Trying to acquire Deployment.Stack before 'Run' was called.");
        set;
    }

    internal string? GetConfig(string fullKey) => _config.GetValueOrDefault(fullKey);

    /// <summary>An error that is logged fails the run.</summary>
    internal void LogError(string message)
    {
        lock (_errors)
        {
            _errors.Add(message);
        }
    }

    private static ImmutableDictionary<string, string> ReadConfig()
    {
        if (Environment.GetEnvironmentVariable("PULUMI_CONFIG") is not { } json)
        {
            return ImmutableDictionary<string, string>.Empty;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToImmutableDictionary(entry => WithoutInfix(entry.Name), entry => entry.Value.ToString());
    }

    /// <summary>`project:config:key` is the old form of `project:key`.</summary>
    private static string WithoutInfix(string key) =>
        key.Split(':', 3) is [{ Length: > 0 } project, "config", var name] ? $"{project}:{name}" : key;
}
