namespace Microblog.AppHost;

/// <summary>
/// The system cannot start for a reason that its user can remove; the message says how. Shown without a stack trace.
/// </summary>
public sealed class AppHostException(string message) : Exception(message);
