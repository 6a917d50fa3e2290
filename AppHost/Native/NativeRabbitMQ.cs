namespace Microblog.AppHost.Native;

/// <summary>A RabbitMQ broker of this machine, with an own node name, cookie and port mapper.</summary>
public sealed class NativeRabbitMQ(string name, string directory, ParameterResource password) : NativeServer(name, directory)
{
    /// <summary>The broker's user.</summary>
    public const string User = "microblog";

    /// <inheritdoc/>
    public override ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"amqp://{User}:{password}@{Host}:{Port}");
}
