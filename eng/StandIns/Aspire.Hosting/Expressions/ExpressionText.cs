namespace Aspire.Hosting.ApplicationModel;

internal static class ExpressionText
{
    /// <summary>Applies the only format expressions know: <c>uri</c> percent-encodes.</summary>
    public static string Encode(string value, string? format) => format?.ToLowerInvariant() switch
    {
        null => value,
        "uri" => Uri.EscapeDataString(value),
        _ => throw new NotSupportedException($"The format '{format}' is not supported. Supported formats are 'uri' (encodes a URI)"),
    };

    /// <summary>Doubles the braces of a literal, because the pieces become a format string; doubled ones stay.</summary>
    public static string Escape(string literal)
    {
        if (literal.AsSpan().IndexOfAny('{', '}') < 0)
        {
            return literal;
        }

        return literal
            .Replace("{{", "\u0001", StringComparison.Ordinal).Replace("}}", "\u0002", StringComparison.Ordinal)
            .Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)
            .Replace("\u0001", "{{", StringComparison.Ordinal).Replace("\u0002", "}}", StringComparison.Ordinal);
    }

    /// <summary>Makes a name usable in an environment variable: everything but letters, digits and underscores becomes an underscore.</summary>
    public static string EnvironmentName(string name)
    {
        var encoded = string.Create(name.Length, name, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
            }
        });
        return encoded.Length > 0 && char.IsAsciiDigit(encoded[0]) ? "_" + encoded : encoded;
    }
}
