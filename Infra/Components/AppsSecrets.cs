using Microblog.Infra.AppModel;
using Pulumi;

namespace Microblog.Infra.Components;

/// <summary>The secrets that services read, each kept once in the vault and readable for those only that use it.</summary>
internal sealed class AppsSecrets
{
    /// <summary>Certificate of the authority that the broker's certificate is from.</summary>
    public const string BrokerAuthority = "broker-authority";

    /// <summary>KEDA takes this switch from a secret only; with it the scaler trusts <see cref="BrokerAuthority"/>.</summary>
    public const string BrokerTls = "broker-tls";

    private readonly Dictionary<string, VaultSecret> _secrets = [];

    /// <summary>Puts into the vault what the services need.</summary>
    public AppsSecrets(Context context, Resource parent, Identity identity, Cache cache, Broker broker)
    {
        var needs = context.Model.Services.ToDictionary(service => service.Name, service => Needs(service, context, broker.CaCertificate is not null));
        foreach (var name in needs.Values.SelectMany(names => names).Distinct().Order(StringComparer.Ordinal))
        {
            var readers = needs.Where(need => need.Value.Contains(name)).Select(need => need.Key);
            _secrets[name] = identity.Secret(parent, name, Value(name, context, cache, broker), readers);
        }
    }

    /// <summary>A secret that some service needs.</summary>
    public VaultSecret this[string name] => _secrets[name];

    /// <summary>The names of what a service needs.</summary>
    public static IReadOnlySet<string> Needs(ServiceSpec service, Context context, bool isPrivateAuthority)
    {
        var sources = AppsVariables.Of(service, context.Model, context.Settings).Select(variable => variable.Source).ToList();
        var names = sources.OfType<AppsSource.Vault>().Select(source => source.Secret).ToHashSet();
        var scales = service.Scale?.Queues is { Count: > 0 };
        if (scales)
        {
            names.Add(BrokerAddress(context.Model));
        }
        if (isPrivateAuthority && (scales || sources.Contains(new AppsSource.Platform(PlatformName.BrokerCaDirectory))))
        {
            names.Add(BrokerAuthority);
        }
        if (isPrivateAuthority && scales)
        {
            names.Add(BrokerTls);
        }
        return names;
    }

    /// <summary>The name of the secret with the broker's address, virtual host included.</summary>
    public static string BrokerAddress(AppContract model) => AppsVariables.ConnectionSecret(model.Connections.First(connection => connection.Kind is ConnectionKind.RabbitMQ).Name);

    private static Output<string> Value(string name, Context context, Cache cache, Broker broker) =>
        name == BrokerAuthority ? broker.CaCertificate!
        : name == BrokerTls ? Output.CreateSecret("enable")
        : context.Model.Secrets.FirstOrDefault(secret => AppsVariables.ApplicationSecret(secret.Name) == name) is { } secret ? context.Secrets.Application(secret.Name)
        : context.Model.Connections.Single(connection => AppsVariables.ConnectionSecret(connection.Name) == name).Kind switch
        {
            ConnectionKind.Redis => cache.ConnectionString,
            ConnectionKind.RabbitMQ => broker.Url,
            var kind => throw new InvalidOperationException($"A connection of kind {kind} is no secret."),
        };
}
