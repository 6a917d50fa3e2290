using System.Text.RegularExpressions;
using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;
using Microblog.Infra.Settings;

namespace Microblog.Infra.Components;

/// <summary>What Container Apps would refuse, after minutes and in its own words, is refused before anything is made.</summary>
public static partial class AppsCheck
{
    /// <summary>Longest name of a container app or a job.</summary>
    private const int MaxName = 32;

    /// <summary>Longest time that a container is given to end, seconds.</summary>
    private const int MaxGraceSeconds = 600;

    /// <summary>Refuses what cannot run.</summary>
    /// <exception cref="AppModelException">A service of the contract cannot.</exception>
    /// <exception cref="SettingsException">A setting of the stack is to blame.</exception>
    public static void Refuse(StackSettings settings, AppContract model, CapacityPlan plan)
    {
        var names = new Naming(settings.Stack);
        if (AppsReplicas.Public(model) is null)
        {
            throw new AppModelException($"{AppModelReader.FileName}: no service has an external port; Front Door would have nobody to send requests to.");
        }
        foreach (var service in model.Services)
        {
            if (Problem(service, model, plan, names) is { } problem)
            {
                throw new AppModelException($"{AppModelReader.FileName}: the service \"{service.Name}\" {problem}");
            }
        }
        if (model.Connections.FirstOrDefault(connection => connection.Kind is ConnectionKind.RabbitMQ && connection.VirtualHost != model.Broker.VirtualHost) is { } stray)
        {
            throw new AppModelException($"{AppModelReader.FileName}: the connection \"{stray.Name}\" is to the virtual host \"{stray.VirtualHost}\", but the broker declares \"{model.Broker.VirtualHost}\".");
        }
        Cycle(model);
        AppsRollout.Check(settings.Rollout, model, names);
        Environment(settings, model);
    }

    private static string? Problem(ServiceSpec service, AppContract model, CapacityPlan plan, Naming names)
    {
        var name = names.Of(service.Name);
        return !Name().IsMatch(name) || name.Length > MaxName ? $"would be called \"{name}\" in Azure; that must be at most {MaxName} lower-case letters, digits and single hyphens."
            : service.Ports.Count(port => port.External) > 1 ? "has more than one external port; Container Apps publishes one."
            : service.TerminationGraceSeconds is < 0 or > MaxGraceSeconds ? $"is given {service.TerminationGraceSeconds} s to end; 0 to {MaxGraceSeconds} are possible."
            : AppsReplicas.Of(service, model, plan).Problem() ?? Probe(service);
    }

    /// <summary>The ranges of the resource provider's own schema.</summary>
    private static string? Probe(ServiceSpec service)
    {
        foreach (var (name, probe) in service.Probes?.All() ?? [])
        {
            foreach (var (what, value, min, max) in new[]
            {
                ("initialDelaySeconds", probe.InitialDelaySeconds, 0, 60), ("periodSeconds", probe.PeriodSeconds, 1, 240), ("timeoutSeconds", probe.TimeoutSeconds, 1, 240),
                ("failureThreshold", probe.FailureThreshold, 1, 10), ("successThreshold", probe.SuccessThreshold, 1, 10),
            })
            {
                if (value < min || value > max)
                {
                    return $"has a {name} probe with {what} {value}; Container Apps takes {min} to {max}.";
                }
            }
        }
        return null;
    }

    /// <summary>Each service is made after those that it waits for.</summary>
    private static void Cycle(AppContract model)
    {
        var done = new HashSet<string>();
        while (model.Services.FirstOrDefault(service => !done.Contains(service.Name) && service.WaitsFor.All(done.Contains)) is { } next)
        {
            done.Add(next.Name);
        }
        if (model.Services.FirstOrDefault(service => !done.Contains(service.Name)) is { } stuck)
        {
            throw new AppModelException($"{AppModelReader.FileName}: the service \"{stuck.Name}\" waits, over others, for itself.");
        }
    }

    private static void Environment(StackSettings settings, AppContract model)
    {
        foreach (var name in settings.Environment.Keys)
        {
            if (!Variable().IsMatch(name))
            {
                throw new SettingsException($"{StackConfig.Key("environment")}.{name}", "is no name of an environment variable: letters, digits, '_', '.' and '-', not beginning with a digit.");
            }
            // The stack's file is in clear.
            if (model.Services.SelectMany(service => service.Environment).Any(variable => variable.Name == name && (variable.Secret ?? variable.Connection) is not null))
            {
                throw new SettingsException($"{StackConfig.Key("environment")}.{name}", "comes from this program and may be secret; a value in the stack's file cannot take its place.");
            }
        }
    }

    [GeneratedRegex("^[a-z]([a-z0-9]|-(?!-))*[a-z0-9]$")]
    private static partial Regex Name();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_.-]*$")]
    private static partial Regex Variable();
}
