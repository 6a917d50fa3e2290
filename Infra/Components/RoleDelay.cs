using Pulumi;

namespace Microblog.Infra.Components;

/// <summary>A role that was just assigned takes minutes until it holds everywhere; what needs it at its creation is tried again.</summary>
public static class RoleDelay
{
    private const int Tries = 10;

    private static readonly string[] Words = ["permission", "authoriz", "forbidden"];

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>A hook that tries again as long as the error is about access.</summary>
    /// <param name="name">Unique in the stack.</param>
    public static ErrorHook Hook(string name)
    {
        var tries = 0;
        return new ErrorHook(name, async (args, cancellationToken) =>
        {
            if (++tries > Tries || !IsAboutAccess(args.Errors))
            {
                return false;
            }
            await Task.Delay(Pause, cancellationToken);
            return true;
        });
    }

    /// <summary>Whether errors say that somebody may not do something.</summary>
    public static bool IsAboutAccess(IEnumerable<string> errors) =>
        errors.Any(error => Array.Exists(Words, word => error.Contains(word, StringComparison.OrdinalIgnoreCase)));
}
