namespace Microblog.Infra.AppModel;

/// <summary>The published model cannot be deployed; the message names the file, the thing and the remedy.</summary>
public sealed class AppModelException(string message) : Exception(message);
