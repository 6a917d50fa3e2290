using Microblog.Infra.AppModel;
using Microblog.Infra.Settings;

namespace Microblog.Infra.Components;

/// <summary>
/// Who answers while a new revision takes over. Without a stable revision an app has one revision: the newest takes over when its probes succeed, and Azure
/// ends the old one. With one, both run side by side and share the requests by weight, until the stable one is taken out of the configuration again.
/// A mode with several revisions at all times would leave every old one running, with its replicas and its connections to the database.
/// </summary>
/// <param name="Stable">Full name of the revision that keeps the rest; null when the newest gets all.</param>
/// <param name="NewestWeight">Percent of the requests for the newest.</param>
public sealed record AppsRollout(string? Stable, int NewestWeight)
{
    /// <summary>
    /// The part of an app. <c>microblog:stableRevision</c> holds full names (<c>mb-prod-apiservice--0000012</c>), as the output <c>Revisions</c> shows them,
    /// separated by commas if several apps answer the public; each is meant for the app that its name begins with.
    /// </summary>
    public static AppsRollout Of(string app, RolloutSettings rollout)
    {
        var stable = Names(rollout).FirstOrDefault(name => AppOf(name) == app);
        return stable is null ? new AppsRollout(null, 100) : new AppsRollout(stable, rollout.NewRevisionWeight);
    }

    /// <summary>Refuses names that are no revision of a service that answers requests.</summary>
    public static void Check(RolloutSettings rollout, AppContract model, Naming names)
    {
        var apps = model.Services.Where(service => service.Role is not ServiceRole.Job && AppsPorts.Of(service, model) is not null).Select(service => names.Of(service.Name)).ToList();
        foreach (var name in Names(rollout).Where(name => !apps.Contains(AppOf(name))))
        {
            throw new SettingsException(StackConfig.Key("stableRevision"),
                $"'{name}' is no revision of {string.Join(" or ", apps)}. It must be a full name, such as {apps.FirstOrDefault()}--0000012; the output Revisions shows those that were made last.");
        }
    }

    private static string[] Names(RolloutSettings rollout) => (rollout.StableRevision ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string AppOf(string revision) => revision.IndexOf("--", StringComparison.Ordinal) is > 0 and var end ? revision[..end] : "";
}
