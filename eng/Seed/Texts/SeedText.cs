namespace Microblog.Seed.Texts;

/// <summary>A short text and the hashtag (without #) of the collection it comes from.</summary>
internal sealed record SeedText(string Body, string Hashtag);
