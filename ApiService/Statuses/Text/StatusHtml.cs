namespace Microblog.ApiService.Statuses.Text;

/// <summary>Renders the plain text of a status as the HTML Mastodon's clients know how to read.</summary>
public static class StatusHtml
{
    /// <summary>
    /// Renders paragraphs, line breaks and links; everything else is escaped. White space alone renders as "".
    /// </summary>
    /// <param name="text">The parsed text; line breaks of any kind.</param>
    /// <param name="mentions">
    /// The accounts that mentions link to, by handle as in <see cref="ParsedText.MentionedHandles"/>. Others stay text.
    /// </param>
    /// <param name="baseUrl">The public address of this server, without a path; hashtags link below it.</param>
    public static string Render(ParsedText text, IReadOnlyDictionary<string, MentionedAccount> mentions, string baseUrl)
    {
        ArgumentNullException.ThrowIfNull(text);

        if (string.IsNullOrWhiteSpace(text.Text))
        {
            return "";
        }

        var writer = new HtmlWriter(text, mentions, baseUrl, isMultiline: true, "nofollow noopener");
        writer.Raw("<p>");
        writer.Body();
        writer.Raw("</p>");

        return writer.ToString();
    }

    /// <summary>The line before the text of a quote, for clients that do not know quotes; those that do hide it by its class.</summary>
    /// <param name="url">Address of the quoted status.</param>
    public static string QuoteLine(string url)
    {
        var encoded = System.Net.WebUtility.HtmlEncode(url);
        return $"""<p class="quote-inline">RE: <a href="{encoded}" rel="nofollow noopener" target="_blank">{encoded}</a></p>""";
    }
}
