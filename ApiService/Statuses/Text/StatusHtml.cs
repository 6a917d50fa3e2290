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
}
