namespace Microblog.Seed;

/// <summary>A failure that one line explains to the person who started the program.</summary>
internal sealed class SeedException(string message, Exception? inner = null) : Exception(message, inner);
