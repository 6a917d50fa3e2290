namespace Microblog.AppHost.Native;

/// <summary>A Redis server of this machine.</summary>
public sealed class NativeRedis(string name, string directory, ParameterResource password) : NativeServer(name, directory)
{
    /// <inheritdoc/>
    public override ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Host}:{Port},password={password}");
}
