using System.Text.Json.Nodes;
using Microblog.Infra.AppModel;

namespace Microblog.Infra.Tests.AppModel;

/// <summary>What the AppHost published is understood whole, or refused with one sentence that names what is wrong.</summary>
public sealed class AppModelReaderTests
{
    private static readonly string Committed = File.ReadAllText(AppModelReader.DefaultPath);

    [Fact]
    public void The_committed_contract_is_read_whole()
    {
        var contract = AppModelReader.ReadFile(AppModelReader.DefaultPath);

        Assert.Equal(["microblog", "replica", "redis", "rabbitmq"], contract.Connections.Select(connection => connection.Name));
        Assert.Equal([ServiceRole.Job, ServiceRole.Api, ServiceRole.Worker], contract.Services.Select(service => service.Role));
        var api = contract.Services.Single(service => service.Role is ServiceRole.Api);
        Assert.Equal(("microblog/apiservice", true, 8080), (api.Image, api.External, api.Ports[0].Port));
        Assert.Equal(["startup", "liveness", "readiness"], api.Probes!.All().Select(probe => probe.Name));
        Assert.Equal("replica", api.Environment.Single(variable => variable.Name == "ConnectionStrings__replica").Connection);
        Assert.Equal(1000, contract.Broker.Queues.Single(queue => queue.Name == "feed.retry.1s").Arguments["x-message-ttl"].GetInt32());
        Assert.Equal("feed.retry.1s", contract.Broker.Bindings.Single(binding => binding.Queue == "feed.retry.1s").Arguments!["delay"].GetString());
        Assert.Equal(Committed, AppContractJson.Write(contract));
    }

    [Fact]
    public void A_missing_file_is_named_with_the_command_that_writes_it() =>
        Assert.Matches("^nowhere/app-model.json cannot be read: .* It is written by: dotnet run --project AppHost ", Message(() => AppModelReader.ReadFile("nowhere/app-model.json")));

    [Theory]
    [InlineData("", "app-model.json is not what the AppHost publishes: ")]
    [InlineData("{ \"version\": 1, ", "app-model.json is not what the AppHost publishes: ")]
    [InlineData("{ \"version\": 1 }", "app-model.json is not what the AppHost publishes: ")]
    [InlineData("[]", "app-model.json has no \"version\"; it is written by: ")]
    [InlineData("{ \"services\": [] }", "app-model.json has no \"version\"; it is written by: ")]
    [InlineData("{ \"version\": 2, \"pods\": [] }", "app-model.json has version 2; this program reads version 1. ")]
    [InlineData("{ \"version\": \"1\" }", "app-model.json has version \"1\"; this program reads version 1. ")]
    public void What_is_no_contract_of_this_version_is_refused(string json, string expected) =>
        Assert.StartsWith(expected, Message(() => AppModelReader.Read(json)), StringComparison.Ordinal);

    [Fact]
    public void A_member_that_is_not_known_is_refused_by_name() =>
        Assert.Contains("'sidecars'", Refused(contract => Service(contract)["sidecars"] = new JsonArray()));

    [Fact]
    public void A_missing_member_is_refused_by_name() =>
        Assert.Contains("'role'", Refused(contract => Service(contract).Remove("role")));

    [Fact]
    public void A_member_given_twice_is_refused() =>
        Assert.StartsWith("app-model.json is not what the AppHost publishes: ", Message(() => AppModelReader.Read(Committed.Replace("\"version\": 1,", "\"version\": 1, \"version\": 1,"))), StringComparison.Ordinal);

    [Fact]
    public void A_service_without_an_image_is_named()
    {
        const string expected = "app-model.json: the service \"apiservice\" has no image.";
        Assert.Equal(expected, Refused(contract => Service(contract).Remove("image")));
        Assert.Equal(expected, Refused(contract => Service(contract)["image"] = " "));
    }

    [Fact]
    public void A_connection_that_nobody_declares_is_named() => Assert.Equal(
        "app-model.json: the variable \"ConnectionStrings__mongo\" of the service \"apiservice\" asks for the connection \"mongo\", which is not declared.",
        Refused(contract => Add(contract, """{ "name": "ConnectionStrings__mongo", "connection": "mongo" }""")));

    [Fact]
    public void A_connection_of_a_kind_that_cannot_be_provisioned_is_named() => Assert.Equal(
        "app-model.json: the kind of the connection \"redis\", \"mongo\" is unknown; known are postgres, redis, rabbitmq. A new kind needs a component in Infra.",
        Refused(contract => contract["connections"]![2]!["kind"] = "mongo"));

    [Fact]
    public void A_database_connection_says_which_server_and_which_database()
    {
        Assert.Contains("the access of the connection \"microblog\", \"\" is unknown", Refused(contract => contract["connections"]![0]!.AsObject().Remove("access")));
        Assert.Contains("the connection \"microblog\" names no database", Refused(contract => contract["connections"]![0]!.AsObject().Remove("database")));
    }

    [Fact]
    public void A_platform_value_that_nobody_knows_is_named() => Assert.StartsWith(
        "app-model.json: the variable \"MOON\" of the service \"apiservice\" asks for the platform value \"moonPhase\", which is unknown; known are publicUrl, ",
        Refused(contract => Add(contract, """{ "name": "MOON", "platform": "moonPhase" }""")), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "name": "X", "secret": "salt" }""", "asks for the secret \"salt\", which is not declared")]
    [InlineData("""{ "name": "X", "endpoint": "apiservice/grpc" }""", "asks for the endpoint \"apiservice/grpc\", which no service has")]
    [InlineData("""{ "name": "X" }""", "has 0 sources; exactly one of value, connection, secret, platform and endpoint must be given")]
    [InlineData("""{ "name": "X", "value": "1", "connection": "redis" }""", "has 2 sources; exactly one of")]
    public void A_variable_has_one_source_that_exists(string variable, string expected) =>
        Assert.StartsWith($"app-model.json: the variable \"X\" of the service \"apiservice\" {expected}", Refused(contract => Add(contract, variable)), StringComparison.Ordinal);

    [Fact]
    public void A_probe_of_a_port_that_is_not_there_is_named() => Assert.Equal(
        "app-model.json: the liveness probe of the service \"apiservice\" asks the port \"management\", which that service does not have.",
        Refused(contract =>
        {
            Service(contract)["ports"]!.AsArray().RemoveAt(1);
            Service(contract)["probes"]!.AsObject().Remove("startup");
        }));

    [Theory]
    [InlineData("connections", "connection", "microblog")]
    [InlineData("secrets", "secret", "key-encryption-key")]
    [InlineData("services", "service", "migrations")]
    public void A_name_given_twice_is_named(string list, string what, string name) => Assert.Equal(
        $"app-model.json: there are 2 of the {what} \"{name}\"; a name may be given once.",
        Refused(contract => contract[list]!.AsArray().Add(contract[list]![0]!.DeepClone())));

    [Fact]
    public void A_variable_or_port_given_twice_is_named()
    {
        Assert.Equal("app-model.json: there are 2 of the service \"apiservice\"'s variable \"HTTP_PORTS\"; a name may be given once.", Refused(contract => Add(contract, """{ "name": "HTTP_PORTS", "value": "1" }""")));
        Assert.Equal("app-model.json: there are 2 of the service \"apiservice\"'s port \"http\"; a name may be given once.", Refused(contract => Service(contract)["ports"]!.AsArray().Add(Service(contract)["ports"]![0]!.DeepClone())));
    }

    [Theory]
    [InlineData("role", "\"daemon\"", "the role of the service \"apiservice\", \"daemon\" is unknown; known are api, worker, job.")]
    [InlineData("ports", "[]", "the service \"apiservice\" answers requests but has no port.")]
    [InlineData("replicas", """{ "min": 3, "max": 2 }""", "the service \"apiservice\" is to have from 3 to 2 replicas; that is no range.")]
    [InlineData("cpu", "0", "the service \"apiservice\" is to have 0 cores and 2 GiB of memory; both must be more than nothing.")]
    [InlineData("waitsFor", """[ "seed" ]""", "the service \"apiservice\" waits for \"seed\", which does not exist.")]
    [InlineData("scale", """{ "queues": [ { "queue": "mail", "length": 1 } ] }""", "the service \"apiservice\" scales by the queue \"mail\", which is not declared.")]
    public void A_service_that_cannot_be_run_is_named(string member, string value, string expected) =>
        Assert.Equal($"app-model.json: {expected}", Refused(contract => Service(contract)[member] = JsonNode.Parse(value)));

    [Fact]
    public void A_contract_without_a_service_deploys_nothing_and_is_refused() =>
        Assert.Equal("app-model.json: there is no service.", Refused(contract => contract["services"] = new JsonArray()));

    [Fact]
    public void A_binding_of_what_is_not_declared_is_named()
    {
        Assert.Equal(
            "app-model.json: a binding of the exchange \"microblog.dead\" names the queue \"feed.dead\", which is not declared.",
            Refused(contract => contract["broker"]!["queues"]!.AsArray().RemoveAt(3)));
        Assert.Equal(
            "app-model.json: a binding of the queue \"feed.dead\" names the exchange \"microblog.dead\", which is not declared.",
            Refused(contract => contract["broker"]!["exchanges"]!.AsArray().RemoveAt(1)));
    }

    [Fact]
    public void A_verification_names_what_there_is()
    {
        Assert.Equal("app-model.json: the verification names the service \"seed\", which does not exist.", Refused(contract => contract["verification"]!["service"] = "seed"));
        Assert.Equal("app-model.json: the verification needs the connection \"mongo\", which is not declared.", Refused(contract => contract["verification"]!["connections"]![0] = "mongo"));
    }

    private static JsonObject Service(JsonNode contract) => contract["services"]!.AsArray().Single(service => (string?)service!["name"] == "apiservice")!.AsObject();

    private static void Add(JsonNode contract, string variable) => Service(contract)["environment"]!.AsArray().Add(JsonNode.Parse(variable));

    private static string Refused(Action<JsonNode> change)
    {
        var contract = JsonNode.Parse(Committed)!;
        change(contract);
        return Message(() => AppModelReader.Read(contract.ToJsonString()));
    }

    private static string Message(Func<AppContract> read) => Assert.Throws<AppModelException>(read).Message;
}
