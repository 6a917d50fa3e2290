using System.Globalization;
using System.Text.RegularExpressions;

namespace Microblog.Seed.Texts;

/// <summary>Which texts may be posted as they are.</summary>
internal static partial class TextRules
{
    /// <summary>The limit of a status, in characters as Mastodon counts them.</summary>
    public const int MaxLength = 256;

    private const int MinLength = 15;

    /// <summary>True when the text is short enough. Texts here hold no URLs, so the count is of visible characters.</summary>
    public static bool Fits(string text) => new StringInfo(text).LengthInTextElements <= MaxLength;

    /// <summary>
    /// True for a text that is short, free of words that a demonstration should not show, and of anything that would
    /// become a link, a mention or a hashtag by accident.
    /// </summary>
    public static bool IsUsable(string text) =>
        text.Length >= MinLength && Fits(text) && !Unprintable().IsMatch(text) && !Markup().IsMatch(text) && !Crude().IsMatch(text);

    [GeneratedRegex(@"[\p{Cc}\p{Co}\p{Cn}\uFFFD-[\n]]")]
    private static partial Regex Unprintable();

    [GeneratedRegex(@"[@#<>\\|_{}=~^]|://|\bwww\.|  ")]
    private static partial Regex Markup();

    [GeneratedRegex(
        @"\b(fuck|shit|bitch|bastard|whore|prostitut|slut|hooker|rape|rapist|nigg|negro|fag|dyke|cunt|cock\b|dick\b|prick|piss|tits|"
        + @"boob|breast|penis|vagina|orgasm|sex|erotic|porn|naked|nude|virgin|lesbian|homosex|condom|masturb|lover|mistress|"
        + @"nazi|hitler|jews?\b|kike|polack|suicid|murder|kill|corpse|heroin|cocaine|marijuana|drug|lsd|dope|drunk|ass\b|asshole|"
        + @"arse|crap|damn|goddam|hell\b|wife|wives|women|woman|girl|blonde|retard|cripple|abortion|circumcis|castrat|"
        + @"satan|atheis|jesus|christian|catholic|muslim|islam|must die)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Crude();
}
