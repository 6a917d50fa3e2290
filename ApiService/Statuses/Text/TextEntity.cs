namespace Microblog.ApiService.Statuses.Text;

/// <summary>What a <see cref="TextEntity"/> is.</summary>
public enum TextEntityKind
{
    /// <summary>An http or https address.</summary>
    Url,

    /// <summary><c>@name</c> or <c>@name@domain</c>, including the leading <c>@</c>.</summary>
    Mention,

    /// <summary><c>#name</c>, including the leading <c>#</c> (or its full-width form).</summary>
    Hashtag,
}

/// <summary>A stretch of a text that means more than its characters.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Index of its first UTF-16 code unit.</param>
/// <param name="Length">Length in UTF-16 code units.</param>
public readonly record struct TextEntity(TextEntityKind Kind, int Start, int Length)
{
    /// <summary>Index just behind the last UTF-16 code unit.</summary>
    public int End => Start + Length;
}
