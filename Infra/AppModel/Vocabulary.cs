namespace Microblog.Infra.AppModel;

/// <summary>Kinds of connections that this program provisions.</summary>
public static class ConnectionKind
{
    public const string Postgres = "postgres";
    public const string Redis = "redis";
    public const string RabbitMQ = "rabbitmq";

    public static readonly IReadOnlyList<string> All = [Postgres, Redis, RabbitMQ];
}

/// <summary>Which of the PostgreSQL servers a connection reaches.</summary>
public static class ConnectionAccess
{
    public const string Primary = "primary";
    public const string Replica = "replica";

    public static readonly IReadOnlyList<string> All = [Primary, Replica];
}

/// <summary>What a service is for.</summary>
public static class ServiceRole
{
    /// <summary>Answers requests.</summary>
    public const string Api = "api";

    /// <summary>Runs all the time and answers nobody but the platform.</summary>
    public const string Worker = "worker";

    /// <summary>Runs once and ends; others wait for that.</summary>
    public const string Job = "job";

    public static readonly IReadOnlyList<string> All = [Api, Worker, Job];
}

/// <summary>What a port speaks.</summary>
public static class PortTransport
{
    public const string Http = "http";
    public const string Http2 = "http2";
    public const string Tcp = "tcp";

    public static readonly IReadOnlyList<string> All = [Http, Http2, Tcp];
}

/// <summary>Values that only the platform knows, once it is there. The list is closed: for each there is code that finds the value.</summary>
public static class PlatformName
{
    /// <summary>Where the public reaches the system, without a trailing slash.</summary>
    public const string PublicUrl = "publicUrl";

    /// <summary>The host name in <see cref="PublicUrl"/>.</summary>
    public const string PublicHost = "publicHost";

    /// <summary>Address of the blob container for images.</summary>
    public const string MediaContainerUrl = "mediaContainerUrl";

    /// <summary>Where the public fetches images, without a trailing slash; the name of the blob follows.</summary>
    public const string MediaPublicUrl = "mediaPublicUrl";

    /// <summary>Where telemetry is sent by OTLP.</summary>
    public const string OtlpEndpoint = "otlpEndpoint";

    /// <summary>Client id of the identity that the service runs under.</summary>
    public const string IdentityClientId = "identityClientId";

    /// <summary>Name of the deployment, such as <c>prod</c>.</summary>
    public const string EnvironmentName = "environmentName";

    /// <summary>Addresses and networks whose <c>X-Forwarded-*</c> headers are to be believed, separated by commas.</summary>
    public const string ForwardedFrom = "forwardedFrom";

    /// <summary>Directories of trusted certificates, separated by colons: the system's own, and the one with the authority of the broker.</summary>
    public const string BrokerCaDirectory = "brokerCaDirectory";

    /// <summary>Whom others turn to about this instance: a mail address.</summary>
    public const string ContactEmail = "contactEmail";

    /// <summary>
    /// The header in which <see cref="ForwardedFrom"/> tell the address of the client, in a way that the client cannot; empty where <c>X-Forwarded-For</c> does.
    /// </summary>
    public const string ClientAddressHeader = "clientAddressHeader";

    /// <summary>Port of the pooler before the database; empty where there is none.</summary>
    public const string DatabasePoolerPort = "databasePoolerPort";

    /// <summary>Names of the identities that the migration has to let into the database, separated by commas.</summary>
    public const string DatabasePrincipals = "databasePrincipals";

    public static readonly IReadOnlyList<string> All =
    [
        PublicUrl, PublicHost, MediaContainerUrl, MediaPublicUrl, OtlpEndpoint, IdentityClientId, EnvironmentName, ForwardedFrom, BrokerCaDirectory, ContactEmail,
        ClientAddressHeader, DatabasePoolerPort, DatabasePrincipals,
    ];
}
