using System.Collections.Immutable;

namespace Microblog.ApiService.Statuses.Text;

/// <summary>A text with the addresses, mentions and hashtags found in it; made by <see cref="StatusText.Parse"/>.</summary>
public sealed class ParsedText
{
    internal ParsedText(string text, ImmutableArray<TextEntity> entities)
    {
        Text = text;
        Entities = entities;
    }

    /// <summary>The text as it was given.</summary>
    public string Text { get; }

    /// <summary>The entities in order of appearance; they never overlap.</summary>
    public ImmutableArray<TextEntity> Entities { get; }

    /// <summary>The characters of an entity, with its <c>@</c> or <c>#</c>.</summary>
    public ReadOnlySpan<char> Slice(TextEntity entity) => Text.AsSpan(entity.Start, entity.Length);

    /// <summary>The name of a mention or hashtag as written, without its <c>@</c> or <c>#</c>.</summary>
    public ReadOnlySpan<char> NameOf(TextEntity entity) => Slice(entity)[1..];

    /// <summary>
    /// The distinct handles mentioned, in lower case and without the leading <c>@</c> (<c>alice</c>,
    /// <c>alice@example.org</c>), in order of first appearance. These are the keys <see cref="StatusHtml"/> looks up.
    /// </summary>
    public IReadOnlyList<string> MentionedHandles()
    {
        List<string>? handles = null;
        HashSet<string>? seen = null;

        foreach (var entity in Entities)
        {
            if (entity.Kind is TextEntityKind.Mention)
            {
                var handle = HandleOf(entity);

                if ((seen ??= []).Add(handle))
                {
                    (handles ??= []).Add(handle);
                }
            }
        }

        return handles ?? [];
    }

    /// <summary>The distinct hashtags, each in its first spelling and with its identity, in order of first appearance.</summary>
    public IReadOnlyList<Hashtag> Hashtags()
    {
        List<Hashtag>? hashtags = null;
        HashSet<string>? seen = null;

        foreach (var entity in Entities)
        {
            if (entity.Kind is TextEntityKind.Hashtag)
            {
                var spelling = NameOf(entity).ToString();
                var identity = HashtagName.Normalize(spelling);

                if (HashtagName.IsValid(identity) && (seen ??= []).Add(identity))
                {
                    (hashtags ??= []).Add(new Hashtag(identity, spelling));
                }
            }
        }

        return hashtags ?? [];
    }

    internal string HandleOf(TextEntity mention) => NameOf(mention).ToString().ToLowerInvariant();
}

/// <summary>A hashtag of a text.</summary>
/// <param name="Name">Its identity, see <see cref="HashtagName.Normalize"/>.</param>
/// <param name="Display">Its spelling in the text.</param>
public readonly record struct Hashtag(string Name, string Display);
