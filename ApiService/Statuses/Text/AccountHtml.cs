using System.Collections.Frozen;

namespace Microblog.ApiService.Statuses.Text;

/// <summary>Renders what an account says about itself.</summary>
public static class AccountHtml
{
    /// <summary>Renders the note of an account, by the same rules as a status.</summary>
    /// <param name="note">Plain text; line breaks of any kind.</param>
    /// <param name="baseUrl">The public address of this server, without a path.</param>
    /// <param name="mentions">The accounts that mentions link to, as in <see cref="StatusHtml.Render"/>; without them mentions stay text.</param>
    public static string Note(string note, string baseUrl, IReadOnlyDictionary<string, MentionedAccount>? mentions = null) =>
        StatusHtml.Render(StatusText.Parse(note), mentions ?? FrozenDictionary<string, MentionedAccount>.Empty, baseUrl);

    /// <summary>
    /// Renders the value of a profile field: one line without a paragraph, whose links carry <c>rel="me"</c> so that
    /// the linked page can confirm that it belongs to the account.
    /// </summary>
    /// <param name="value">Plain text.</param>
    /// <param name="baseUrl">The public address of this server, without a path.</param>
    /// <param name="mentions">The accounts that mentions link to, as in <see cref="StatusHtml.Render"/>; without them mentions stay text.</param>
    public static string FieldValue(string value, string baseUrl, IReadOnlyDictionary<string, MentionedAccount>? mentions = null)
    {
        ArgumentNullException.ThrowIfNull(value);

        if (string.IsNullOrWhiteSpace(value))
        {
            return "";
        }

        var people = mentions ?? FrozenDictionary<string, MentionedAccount>.Empty;
        var writer = new HtmlWriter(StatusText.Parse(value), people, baseUrl, isMultiline: false, "nofollow noopener me");
        writer.Body();

        return writer.ToString();
    }
}
