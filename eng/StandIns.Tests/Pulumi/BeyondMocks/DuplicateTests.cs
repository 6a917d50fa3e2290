using Pulumi;

namespace Microblog.StandIns.Tests.BeyondMocks;

/// <summary>What the real SDK leaves to its engine, and the stand-in finds in a test already.</summary>
public sealed class DuplicateTests
{
    [Fact]
    public async Task Two_resources_of_one_type_and_name_below_the_same_types_are_refused()
    {
        var failure = await Assert.ThrowsAsync<RunException>(() => new Provider().RunAsync(() =>
        {
            _ = new Server("web", new ServerArgs { Size = 1 });
            _ = new Server("web", new ServerArgs { Size = 2 });
        }));

        Assert.Equal("Duplicate resource URN 'urn:pulumi:stack::project::cloud:compute:Server::web'; try giving it a unique name", failure.Message);
    }

    [Fact]
    public async Task One_name_below_different_types_is_no_duplicate()
    {
        var provider = new Provider();

        await provider.RunAsync(() =>
        {
            _ = new Pair("db");
            _ = new Server("db-first", new ServerArgs { Size = 1 });
        });

        Assert.Equal(2, provider.Registrations.Count(registration => registration.Name == "db-first"));
    }

    [Fact]
    public async Task What_takes_a_state_or_an_engine_says_so()
    {
        var failure = await Assert.ThrowsAsync<RunException>(() => new Provider().RunAsync(() =>
            _ = new Server("web", new ServerArgs { Size = 1 }, new CustomResourceOptions { Urn = "urn:pulumi:s::p::cloud:compute:Server::web" })));

        Assert.Contains("ResourceOptions.Urn is not supported", failure.Message, StringComparison.Ordinal);
    }
}
