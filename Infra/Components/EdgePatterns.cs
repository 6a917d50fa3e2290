using System.Globalization;
using System.Text.RegularExpressions;

namespace Microblog.Infra.Components;

/// <summary>Regular expressions for the firewall, which compares texts and knows no numbers, no paths and no hosts.</summary>
public static class EdgePatterns
{
    /// <summary>Matches whole numbers, in digits, above a limit.</summary>
    public static string NumberAbove(long limit)
    {
        var digits = limit.ToString(CultureInfo.InvariantCulture);
        var alternatives = new List<string> { $"[1-9][0-9]{{{digits.Length},}}" };
        for (var i = 0; i < digits.Length; i++)
        {
            if (digits[i] != '9')
            {
                var rest = digits.Length - i - 1;
                alternatives.Add($"{digits[..i]}[{(char)(digits[i] + 1)}-9]{(rest > 0 ? $"[0-9]{{{rest}}}" : "")}");
            }
        }
        return $"^0*({string.Join('|', alternatives)})$";
    }

    /// <summary>Matches a <c>Host</c> header of a host, with and without a port.</summary>
    public static string Host(string host) => $"^{Regex.Escape(host)}[.]?(:[0-9]+)?$";

    /// <summary>Matches the address of a request for one of these paths, with any query. They are alternatives of a regular expression, without the first slash.</summary>
    public static string Paths(params IEnumerable<string> paths) => $"^(https?://[^/]*)?/({string.Join('|', paths)})/?([?].*)?$";
}
