using Microblog.Infra.AppModel;
using Pulumi;

namespace Microblog.Infra.Settings;

/// <summary>The stack's secrets, checked for presence, length and that they are encrypted. None is ever a plain text here.</summary>
public sealed class StackSecrets
{
    private const string Password = "\"$(openssl rand -hex 24)\"";

    private readonly Dictionary<string, Output<string>> _application = [];

    /// <summary>Reads all that these settings need.</summary>
    /// <param name="config">The stack's configuration.</param>
    /// <param name="settings">What the stack decides.</param>
    /// <param name="application">The secrets that the application asks for: name (<c>key-encryption-key</c>) and least length. The key is the name in camel case.</param>
    public StackSecrets(StackConfig config, StackSettings settings, IEnumerable<(string Name, int MinLength)> application)
    {
        if (settings.Operations.AlertWebhook is not null)
        {
            AlertWebhook = config.Secret("alertWebhook", 9, "https://…");
        }
        if (settings.Broker.Managed)
        {
            BrokerUrl = config.Secret("brokerUrl", 12, "amqps://user:password@host:5671/vhost");
        }
        else
        {
            BrokerPassword = config.Secret("brokerPassword", 24, Password);
            BrokerAdminPassword = config.Secret("brokerAdminPassword", 24, Password);
            BrokerCookie = config.Secret("brokerCookie", 24, Password);
            BrokerCaCertificate = config.Secret("brokerCaCertificate", 100, "-- \"$(cat ca.pem)\"; eng/broker-certificates makes it");
            BrokerCertificate = config.Secret("brokerCertificate", 100, "-- \"$(cat broker.pem)\"; eng/broker-certificates makes it");
            BrokerPrivateKey = config.Secret("brokerPrivateKey", 100, "-- \"$(cat broker-key.pem)\"; eng/broker-certificates makes it");
        }
        foreach (var (name, minLength) in application)
        {
            if (config.Asked.Contains(StackConfig.Key(KeyOf(name))))
            {
                throw new AppModelException($"{AppModelReader.FileName}: the secret \"{name}\" would be set by {StackConfig.Key(KeyOf(name))}, which this program reads for itself, so that the services would get to know it. Call it something else.");
            }
            _application[name] = config.Secret(KeyOf(name), minLength, "\"$(openssl rand -base64 48)\"");
        }
    }

    /// <summary>Address of a broker outside this program, with user and password; null when the broker is provisioned here.</summary>
    public Output<string>? BrokerUrl { get; }

    /// <summary>Password of the applications' user; null with <see cref="BrokerUrl"/>.</summary>
    public Output<string>? BrokerPassword { get; }

    /// <summary>Password of the operators' user; null with <see cref="BrokerUrl"/>.</summary>
    public Output<string>? BrokerAdminPassword { get; }

    /// <summary>What the broker's nodes know each other by; null with <see cref="BrokerUrl"/>.</summary>
    public Output<string>? BrokerCookie { get; }

    /// <summary>Certificate (PEM) of the private authority that clients trust; null with <see cref="BrokerUrl"/>.</summary>
    public Output<string>? BrokerCaCertificate { get; }

    /// <summary>Certificate (PEM) of the nodes; null with <see cref="BrokerUrl"/>.</summary>
    public Output<string>? BrokerCertificate { get; }

    /// <summary>Its private key (PEM); null with <see cref="BrokerUrl"/>.</summary>
    public Output<string>? BrokerPrivateKey { get; }

    /// <summary>Where alerts are posted to; null for nowhere.</summary>
    public Output<string>? AlertWebhook { get; }

    /// <summary>A secret that the application asks for.</summary>
    public Output<string> Application(string name) => _application[name];

    /// <summary>The configuration key of such a secret: <c>keyEncryptionKey</c> for <c>key-encryption-key</c>.</summary>
    public static string KeyOf(string name) => string.Concat(name.Split('-').Select((part, index) => index == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));
}
