using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Microblog.Infra.Components;

/// <summary>One node, as far as its machine has to know.</summary>
/// <param name="Number">Which of them, from 1.</param>
/// <param name="Nodes">How many there are.</param>
/// <param name="Stack">The stack.</param>
/// <param name="Version">RabbitMQ's version, as its Debian package repository names it.</param>
/// <param name="DiskGB">The data disk, GiB.</param>
/// <param name="Vault">Address of the Key Vault, <c>https://….vault.azure.net</c>.</param>
/// <param name="ClientId">Of the identity that may read the broker's secrets there.</param>
public sealed record BrokerMachine(int Number, int Nodes, string Stack, string Version, int DiskGB, string Vault, string ClientId);

/// <summary>Writes the cloud-init document that makes a machine a node, from the files in <c>Components/Broker</c>.</summary>
public static partial class BrokerCloudInit
{
    /// <summary>Azure takes no more, bytes of Base64.</summary>
    private const int Longest = 65_535;

    /// <summary>The document.</summary>
    public static string Render(BrokerMachine machine) => FileReference().Replace(Fill("cloud-init.yaml", machine), match =>
        "|\n" + string.Concat(Fill(match.Groups[1].Value, machine).TrimEnd('\n').Split('\n').Select(line => line.Length == 0 ? "\n" : $"      {line}\n")).TrimEnd('\n'));

    /// <summary>The document as a machine's custom data.</summary>
    /// <exception cref="InvalidOperationException">It is longer than Azure takes.</exception>
    public static string CustomData(BrokerMachine machine)
    {
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(Render(machine)));
        return data.Length <= Longest ? data
            : throw new InvalidOperationException($"The broker's cloud-init document has {data.Length} bytes in Base64; Azure takes {Longest}. Shorten the files in Infra/Components/Broker.");
    }

    /// <summary>One of the files, with the node's values in it.</summary>
    /// <exception cref="InvalidOperationException">It asks for a value that there is not.</exception>
    public static string Fill(string file, BrokerMachine machine)
    {
        using var stream = typeof(BrokerCloudInit).Assembly.GetManifestResourceStream($"broker/{file}") ?? throw new InvalidOperationException($"Components/Broker/{file} is not part of this program.");
        using var reader = new StreamReader(stream);
        return Value().Replace(reader.ReadToEnd(), match => match.Groups[1].Value switch
        {
            "Host" => BrokerNames.Host(machine.Number),
            "Zone" => BrokerNames.Zone(machine.Stack),
            "ClusterName" => $"microblog-{machine.Stack}",
            "LastHost" => BrokerNames.Host(machine.Nodes),
            "Nodes" => machine.Nodes.ToString(CultureInfo.InvariantCulture),
            "Version" => machine.Version,
            "Vault" => machine.Vault.TrimEnd('/'),
            "ClientId" => machine.ClientId,
            // Publishers wait while there is time to do something about it.
            "DiskFreeGB" => Math.Max(2, machine.DiskGB / 8).ToString(CultureInfo.InvariantCulture),
            "Peers" => string.Join('\n', Enumerable.Range(1, machine.Nodes).Select(number =>
                FormattableString.Invariant($"cluster_formation.classic_config.nodes.{number} = rabbit@{BrokerNames.Host(number)}.{BrokerNames.Zone(machine.Stack)}"))),
            var unknown => throw new InvalidOperationException($"Components/Broker/{file} asks for @{unknown}@, which is no value of a node."),
        });
    }

    [GeneratedRegex("@([A-Za-z]+)@")]
    private static partial Regex Value();

    [GeneratedRegex("@File ([a-z0-9_.-]+)@")]
    private static partial Regex FileReference();
}
