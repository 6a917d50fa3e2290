using System.Reflection;

namespace Microblog.AppHost.Startup;

/// <summary>Whether this process is the AppHost itself, not a test that runs it inside its own process.</summary>
internal static class OwnProcess
{
    /// <summary>True when the AppHost was started as a program.</summary>
    public static bool Is { get; } = Assembly.GetEntryAssembly() == typeof(OwnProcess).Assembly;
}
