using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Redis;

public class RedisInsightResource : ContainerResource
{
    public RedisInsightResource(string name)
        : base(name) => PrimaryEndpoint = new EndpointReference(this, "http");

    public EndpointReference PrimaryEndpoint { get; }
}
