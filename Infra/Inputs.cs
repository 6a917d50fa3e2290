using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;
using Microblog.Infra.Components;
using Microblog.Infra.Settings;
using Pulumi;

namespace Microblog.Infra;

/// <summary>What goes in: the stack's configuration, the application model and the capacity model's two files.</summary>
public static class Inputs
{
    /// <summary>Reads and checks all of it; nothing has been registered yet.</summary>
    /// <exception cref="RunException">Something is wrong; one sentence names the key or file. The engine shows it without a stack trace.</exception>
    public static Context Read(StackConfig config, string stack)
    {
        try
        {
            var settings = SettingsReader.Read(config, stack);
            var model = AppModelReader.ReadFile(config.Find("appModel") ?? AppModelReader.DefaultPath);
            Images.Check(settings, model);
            EdgeContract.Check(model);
            var plan = CapacityPlan.For(settings.Load, settings.Topology, Throughput.Load(), Prices.Load());
            AppsCheck.Refuse(settings, model, plan);
            DatabaseRules.Check(settings, plan, model);
            var secrets = new StackSecrets(config, settings, model.Secrets.Select(secret => (secret.Name, secret.MinLength ?? 1)));
            config.RefuseUnknown();
            return new Context(settings, plan, model, secrets);
        }
        catch (Exception problem) when (problem is SettingsException or CapacityException or AppModelException)
        {
            throw new RunException(problem.Message);
        }
    }
}
