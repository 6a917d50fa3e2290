namespace Microblog.Infra.AppModel;

/// <summary>What has to be true of a contract beyond its shape. Each rule says which thing breaks it.</summary>
internal static class AppModelRules
{
    /// <summary>The first broken rule, or null.</summary>
    public static string? FirstBroken(AppContract contract) =>
        Duplicates("connection", contract.Connections.Select(connection => connection.Name))
            .Concat(Duplicates("secret", contract.Secrets.Select(secret => secret.Name)))
            .Concat(Duplicates("service", contract.Services.Select(service => service.Name)))
            .Concat(Duplicates("queue", contract.Broker.Queues.Select(queue => queue.Name)))
            .Concat(Duplicates("exchange", contract.Broker.Exchanges.Select(exchange => exchange.Name)))
            .Concat(contract.Services.Count == 0 ? ["there is no service."] : [])
            .Concat(contract.Connections.SelectMany(Connection))
            .Concat(contract.Services.SelectMany(service => ServiceRules.Broken(service, contract)))
            .Concat(Bindings(contract.Broker))
            .Concat(Verification(contract))
            .FirstOrDefault();

    /// <summary>A sentence for each name that is given twice; Azure does not tell upper from lower case in most names.</summary>
    public static IEnumerable<string> Duplicates(string what, IEnumerable<string> names) => names
        .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
        .Where(group => group.Count() > 1)
        .Select(group => $"there are {group.Count()} of the {what} \"{group.Key}\"; a name may be given once.");

    /// <summary>A sentence when a word is none of a closed list.</summary>
    public static IEnumerable<string> Unknown(string what, string word, IReadOnlyList<string> known) =>
        known.Contains(word) ? [] : [$"{what} \"{word}\" is unknown; known are {string.Join(", ", known)}."];

    private static IEnumerable<string> Connection(ConnectionSpec connection)
    {
        foreach (var problem in Unknown($"the kind of the connection \"{connection.Name}\",", connection.Kind, ConnectionKind.All))
        {
            yield return $"{problem} A new kind needs a component in Infra.";
        }

        if (connection.Kind is not ConnectionKind.Postgres)
        {
            yield break;
        }

        foreach (var problem in Unknown($"the access of the connection \"{connection.Name}\",", connection.Access ?? "", ConnectionAccess.All))
        {
            yield return problem;
        }

        if (string.IsNullOrEmpty(connection.Database))
        {
            yield return $"the connection \"{connection.Name}\" names no database.";
        }
    }

    private static IEnumerable<string> Bindings(BrokerSpec broker)
    {
        foreach (var binding in broker.Bindings)
        {
            if (broker.Exchanges.All(exchange => exchange.Name != binding.Exchange))
            {
                yield return $"a binding of the queue \"{binding.Queue}\" names the exchange \"{binding.Exchange}\", which is not declared.";
            }

            if (broker.Queues.All(queue => queue.Name != binding.Queue))
            {
                yield return $"a binding of the exchange \"{binding.Exchange}\" names the queue \"{binding.Queue}\", which is not declared.";
            }
        }
    }

    private static IEnumerable<string> Verification(AppContract contract)
    {
        if (contract.Verification is not { } verification)
        {
            yield break;
        }

        if (contract.Services.All(service => service.Name != verification.Service))
        {
            yield return $"the verification names the service \"{verification.Service}\", which does not exist.";
        }

        foreach (var name in verification.Connections.Where(name => contract.Connections.All(connection => connection.Name != name)))
        {
            yield return $"the verification needs the connection \"{name}\", which is not declared.";
        }
    }
}
