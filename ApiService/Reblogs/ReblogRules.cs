using Microblog.ApiService.Statuses;

namespace Microblog.ApiService.Reblogs;

/// <summary>What may be reblogged, and for whom.</summary>
public static class ReblogRules
{
    /// <summary>Whether somebody who sees a status may reblog it: what is not for everybody only its author may pass on, and to followers only.</summary>
    public static bool MayReblog(Visibility original, bool isOwn) => original is Visibility.Public or Visibility.Unlisted || (original is Visibility.Private && isOwn);

    /// <summary>Who may see the reblog.</summary>
    /// <param name="original">Visibility of the original.</param>
    /// <param name="asked">What the client asks for, if anything.</param>
    /// <param name="preset">What the account has set for new statuses.</param>
    /// <param name="isLimited">Whether the account is kept out of public timelines.</param>
    public static Visibility Of(Visibility original, Visibility? asked, Visibility preset, bool isLimited) =>
        original is Visibility.Private ? Visibility.Private
        // A reblog mentions nobody, so a direct one would be for nobody.
        : (asked ?? preset) switch
        {
            Visibility.Direct => Visibility.Private,
            Visibility.Public when isLimited => Visibility.Unlisted,
            var visibility => visibility,
        };
}
