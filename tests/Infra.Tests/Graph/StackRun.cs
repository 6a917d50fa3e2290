using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Pulumi;
using Pulumi.Testing;

namespace Microblog.Infra.Tests.Graph;

/// <summary>A run of the whole program against <see cref="Azure"/>: what a stack would provision.</summary>
/// <param name="Resources">Every resource of Azure, ordered by type and name.</param>
/// <param name="Outputs">The stack's outputs by name; those that are secret are not resolved.</param>
public sealed record StackRun(IReadOnlyList<Provisioned> Resources, IReadOnlyDictionary<string, object?> Outputs)
{
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);
    private static readonly ConcurrentDictionary<string, Task<StackRun>> Committed = [];

    /// <summary>The committed stacks.</summary>
    public static TheoryData<string> Stacks => ["dev", "prod", "prod-10m"];

    /// <summary>What a committed stack provisions; run once for all tests.</summary>
    public static Task<StackRun> OfAsync(string stack) => Committed.GetOrAdd(stack, name => RunAsync(StackFile.Read(name)));

    /// <summary>Runs the program with a configuration. The SDK keeps what it needs in statics and variables of the process: one run at a time.</summary>
    public static async Task<StackRun> RunAsync(StackFile file)
    {
        await OneAtATime.WaitAsync();
        try
        {
            Environment.SetEnvironmentVariable("PULUMI_CONFIG", JsonSerializer.Serialize(file.Values));
            Environment.SetEnvironmentVariable("PULUMI_CONFIG_SECRET_KEYS", JsonSerializer.Serialize(file.Secrets));
            var azure = new Azure();
            Watched.Begin();
            var resources = await Deployment.TestAsync<Watched>(azure, new TestOptions { ProjectName = "microblog", StackName = file.Stack, IsPreview = false });
            var made = azure.Made.ToDictionary(args => (args.Type!, args.Name!));
            var provisioned = new List<Provisioned>();
            foreach (var (type, name, args, options) in Watched.Seen.Where(seen => made.ContainsKey((seen.Type, seen.Name)) && seen.Type.StartsWith("azure-native:", StringComparison.Ordinal)))
            {
                provisioned.Add(new Provisioned(type, name, made[(type, name)].Inputs, options, await SecretsAsync(args)) { Args = args });
            }
            var stack = resources.OfType<Watched>().Single();
            return new StackRun([.. provisioned.OrderBy(one => one.Type, StringComparer.Ordinal).ThenBy(one => one.Name, StringComparer.Ordinal)], await OutputsAsync(stack));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PULUMI_CONFIG", null);
            Environment.SetEnvironmentVariable("PULUMI_CONFIG_SECRET_KEYS", null);
            OneAtATime.Release();
        }
    }

    /// <summary>The error that a configuration ends with, before any resource of Azure was registered.</summary>
    public static async Task<string> RefusalAsync(StackFile file)
    {
        var problem = await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(file));
        Assert.Equal(0, Watched.Registered);
        return Assert.IsType<RunException>(problem).Message;
    }

    /// <summary>The resources of a type, as <c>network:Subnet</c>.</summary>
    public IReadOnlyList<Provisioned> All(string type) => [.. Resources.Where(one => one.Type == $"azure-native:{type}")];

    /// <summary>The one resource of a type.</summary>
    public Provisioned One(string type) => Assert.Single(All(type));

    /// <summary>A resource by type and name.</summary>
    public Provisioned One(string type, string name) => Assert.Single(All(type), one => one.Name == name);

    private static async Task<ImmutableHashSet<string>> SecretsAsync(ResourceArgs? args)
    {
        var secrets = ImmutableHashSet.CreateBuilder<string>();
        foreach (var (name, value) in args is null ? [] : Secrecy.Inputs(args))
        {
            if (await Secrecy.IsSecretAsync(value))
            {
                secrets.Add(name);
            }
        }
        return secrets.ToImmutable();
    }

    private static async Task<IReadOnlyDictionary<string, object?>> OutputsAsync(Watched stack)
    {
        var outputs = new Dictionary<string, object?>();
        foreach (var property in typeof(MicroblogStack).GetProperties().Where(property => property.GetCustomAttribute<OutputAttribute>() is not null))
        {
            outputs[property.Name] = await Secrecy.ValueAsync(property.GetValue(stack));
        }
        return outputs;
    }

    /// <summary>The stack with an eye on every resource.</summary>
    private sealed class Watched() : MicroblogStack(new StackOptions { ResourceTransformations = { Note } })
    {
        private static readonly ConcurrentQueue<(string Type, string Name, ResourceArgs? Args, ResourceOptions? Options)> Notes = [];

        public static IReadOnlyList<(string Type, string Name, ResourceArgs? Args, ResourceOptions? Options)> Seen =>
            [.. Notes.Where(note => note.Type.Length > 0).DistinctBy(note => (note.Type, note.Name))];

        public static int Registered => Notes.Count(note => note.Type.StartsWith("azure-native:", StringComparison.Ordinal));

        public static void Begin() => Notes.Clear();

        private static ResourceTransformationResult? Note(ResourceTransformationArgs args)
        {
            Notes.Enqueue((args.Resource.GetResourceType(), args.Resource.GetResourceName(), args.Args, args.Options));
            return null;
        }
    }
}
