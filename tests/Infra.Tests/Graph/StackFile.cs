using System.Globalization;
using System.Text.Json;
using Microblog.Infra.AppModel;
using YamlDotNet.Serialization;

namespace Microblog.Infra.Tests.Graph;

/// <summary>A stack's configuration as the engine hands it to the program: the committed file, with the secrets and digests that a real stack adds.</summary>
public sealed class StackFile
{
    /// <summary>A digest of nothing.</summary>
    public const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>A text that is in every secret, and so must be in nothing that is not one.</summary>
    public const string SecretMark = "hush";

    private static readonly string[] SecretKeys =
        ["keyEncryptionKey", "brokerPassword", "brokerAdminPassword", "brokerCookie", "brokerCaCertificate", "brokerCertificate", "brokerPrivateKey"];

    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _secrets = [];

    private StackFile(string stack) => Stack = stack;

    /// <summary>Name of the stack.</summary>
    public string Stack { get; }

    /// <summary>What the engine puts into <c>PULUMI_CONFIG</c>.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>What the engine puts into <c>PULUMI_CONFIG_SECRET_KEYS</c>.</summary>
    public IReadOnlySet<string> Secrets => _secrets;

    /// <summary>Reads a committed stack, to be run under its own or another name.</summary>
    public static StackFile Read(string stack, string? name = null)
    {
        var file = new StackFile(name ?? stack);
        var yaml = File.ReadAllText(Path.Combine(Repository.Root, "Infra", $"Pulumi.{stack}.yaml"));
        var config = (Dictionary<object, object>)new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<Dictionary<string, object>>(yaml)["config"];
        foreach (var (key, value) in config)
        {
            file._values[(string)key] = value switch
            {
                bool flag => flag ? "true" : "false",
                string text => text,
                IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
                _ => JsonSerializer.Serialize(value),
            };
        }
        foreach (var key in SecretKeys)
        {
            file.Secret(key, $"{SecretMark}-{key}-{new string('0', 100)}");
        }
        return file.Set("images", JsonSerializer.Serialize(AppModelReader.ReadFile(AppModelReader.DefaultPath).Services.ToDictionary(service => service.Name, _ => Digest)));
    }

    /// <summary>Sets a key of ours; null takes it out.</summary>
    public StackFile Set(string name, string? value) => SetFull($"microblog:{name}", value);

    /// <summary>Sets a key by its full name; null takes it out.</summary>
    public StackFile SetFull(string key, string? value)
    {
        _secrets.Remove(key);
        if (value is null)
        {
            _values.Remove(key);
        }
        else
        {
            _values[key] = value;
        }
        return this;
    }

    /// <summary>Sets a key of ours to an encrypted value.</summary>
    public StackFile Secret(string name, string value)
    {
        Set(name, value);
        _secrets.Add($"microblog:{name}");
        return this;
    }
}
