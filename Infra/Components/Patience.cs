using Pulumi;

namespace Microblog.Infra.Components;

/// <summary>Refusals that pass by themselves: what they hit is tried again instead of ending the deployment halfway.</summary>
public static class Patience
{
    private const int Tries = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private static readonly string[] Access = ["permission", "authoriz", "forbidden", "using managed identity"];

    private static readonly string[] Busy = ["is busy", "ServerIsBusy", "AnotherOperationInProgress", "another operation", "RetryableError"];

    /// <summary>Options of what needs a role as it is made: one that was just assigned takes minutes until it holds everywhere.</summary>
    /// <param name="name">Logical name of the resource.</param>
    /// <param name="options">Its options.</param>
    public static CustomResourceOptions WhileRolesSpread(string name, CustomResourceOptions options) => With($"{name}-waits-for-roles", options, IsAboutAccess);

    /// <summary>Options of what is changed beside others of a server or network that takes one change at a time, and is not ready again as soon as it says so.</summary>
    /// <param name="name">Logical name of the resource.</param>
    /// <param name="options">Its options.</param>
    public static CustomResourceOptions WhileBusy(string name, CustomResourceOptions options) => With($"{name}-waits-for-its-turn", options, IsBusy);

    /// <summary>Whether errors say that somebody may not do something.</summary>
    public static bool IsAboutAccess(IEnumerable<string> errors) => Says(errors, Access);

    /// <summary>Whether errors say that something else has to be done first.</summary>
    public static bool IsBusy(IEnumerable<string> errors) => Says(errors, Busy);

    private static CustomResourceOptions With(string hook, CustomResourceOptions options, Func<IEnumerable<string>, bool> passes)
    {
        var tries = 0;
        options.Hooks.OnError.Add(new ErrorHook(hook, async (args, cancellationToken) =>
        {
            if (++tries > Tries || !passes(args.Errors))
            {
                return false;
            }
            await Task.Delay(Pause, cancellationToken);
            return true;
        }));
        return options;
    }

    private static bool Says(IEnumerable<string> errors, string[] words) => errors.Any(error => Array.Exists(words, word => error.Contains(word, StringComparison.OrdinalIgnoreCase)));
}
