using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microblog.Infra.AppModel;

// What the AppHost publishes and this program provisions. The AppHost compiles these same files, and fills them from its model.

/// <summary>The system as its developers describe it.</summary>
/// <param name="Schema">Where editors find what may stand here.</param>
/// <param name="Version">Of this format; <see cref="CurrentVersion"/>.</param>
/// <param name="Connections">What the services need of the platform.</param>
/// <param name="Secrets">What whoever deploys has to supply.</param>
/// <param name="Services">What runs.</param>
/// <param name="Broker">What is declared on the broker.</param>
/// <param name="Routes">What the edge has to know of the public routes.</param>
/// <param name="Verification">What tells whether a restored database is sound.</param>
public sealed record AppContract(
    [property: JsonPropertyName("$schema")] string Schema,
    int Version,
    IReadOnlyList<ConnectionSpec> Connections,
    IReadOnlyList<SecretSpec> Secrets,
    IReadOnlyList<ServiceSpec> Services,
    BrokerSpec Broker,
    RoutesSpec Routes,
    VerificationSpec? Verification = null)
{
    /// <summary>The version that this program reads and the AppHost beside it writes.</summary>
    public const int CurrentVersion = 1;
}

/// <summary>A backing server, or a part of one.</summary>
/// <param name="Name">Its name in this document.</param>
/// <param name="Kind">One of <see cref="ConnectionKind"/>.</param>
/// <param name="Access">Of PostgreSQL: one of <see cref="ConnectionAccess"/>.</param>
/// <param name="Database">Of PostgreSQL: the database.</param>
/// <param name="VirtualHost">Of RabbitMQ.</param>
public sealed record ConnectionSpec(string Name, string Kind, string? Access = null, string? Database = null, string? VirtualHost = null);

/// <summary>A secret that whoever deploys supplies.</summary>
/// <param name="Name">Its name in this document.</param>
/// <param name="MinLength">Fewest characters; null = any.</param>
public sealed record SecretSpec(string Name, int? MinLength = null);

/// <summary>What is declared on the broker, as RabbitMQ's definitions want it.</summary>
public sealed record BrokerSpec(string VirtualHost, IReadOnlyList<ExchangeSpec> Exchanges, IReadOnlyList<QueueSpec> Queues, IReadOnlyList<BindingSpec> Bindings);

/// <summary>An exchange.</summary>
public sealed record ExchangeSpec(string Name, string Type, bool Durable);

/// <summary>A queue.</summary>
public sealed record QueueSpec(string Name, bool Durable, IReadOnlyDictionary<string, JsonElement> Arguments);

/// <summary>What sends messages of an exchange into a queue.</summary>
public sealed record BindingSpec(string Exchange, string Queue, string RoutingKey, IReadOnlyDictionary<string, JsonElement>? Arguments = null);

/// <summary>What the edge has to know of the public routes. A path may end with <c>/*</c>; that includes what is further below.</summary>
/// <param name="Cacheable">Everything else must be asked for every time.</param>
/// <param name="Streaming">Answers without an end: no caching, no compression, no short time-out.</param>
/// <param name="Health">Answers 200 without credentials and without asking a database.</param>
/// <param name="MaxRequestBytes">Longest body of a request.</param>
public sealed record RoutesSpec(IReadOnlyList<CacheableSpec> Cacheable, IReadOnlyList<string> Streaming, string? Health = null, long? MaxRequestBytes = null);

/// <summary>A path whose answers may be kept by the edge for so many seconds.</summary>
public sealed record CacheableSpec(string Path, int Seconds);

/// <summary>A command that checks a restored database: exit code 0 = sound.</summary>
/// <param name="Service">The service whose image has the command.</param>
/// <param name="Args">The command.</param>
/// <param name="Connections">What it needs of that service's environment.</param>
public sealed record VerificationSpec(string Service, IReadOnlyList<string> Args, IReadOnlyList<string> Connections);
