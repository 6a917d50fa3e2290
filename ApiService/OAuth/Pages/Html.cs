using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Microblog.ApiService.OAuth.Pages;

/// <summary>
/// A piece of HTML. Made from interpolated strings, in which every value is encoded unless it is a piece of HTML itself; there is no
/// other way in for text, so none is forgotten.
/// </summary>
public readonly struct Html
{
    /// <summary>No HTML.</summary>
    public static readonly Html None;

    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    /// <summary>The piece that an interpolated string makes.</summary>
    public static Html Of(ref Writer writer) => new(writer.ToMarkup());

    /// <summary>Pieces one after the other.</summary>
    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.ToString())));

    /// <inheritdoc/>
    public override string ToString() => _markup ?? "";

    /// <summary>Encodes the values of an interpolated string; the compiler calls it.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Writer
    {
        private readonly StringBuilder _markup;

        /// <summary>Starts a string.</summary>
        public Writer(int literalLength, int formattedCount) => _markup = new StringBuilder(literalLength + (formattedCount * 16));

        /// <summary>Text of the program.</summary>
        public void AppendLiteral(string markup) => _markup.Append(markup);

        /// <summary>HTML as it is.</summary>
        public void AppendFormatted(Html html) => _markup.Append(html.ToString());

        /// <summary>Text, encoded for elements and quoted attributes.</summary>
        public void AppendFormatted(string? text) => _markup.Append(HtmlEncoder.Default.Encode(text ?? ""));

        internal string ToMarkup() => _markup.ToString();
    }
}
