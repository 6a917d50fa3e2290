using System.Net;
using System.Net.Http.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Blocks;

public sealed class DomainBlockTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("")]
    [InlineData("not a domain")]
    [InlineData("https://example.org")]
    public async Task What_is_no_domain_is_refused(string domain)
    {
        var alice = await fixture.People.AliceAsync();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.PostAsync("/api/v1/domain_blocks", new { domain })).Status);
    }

    [Fact]
    public async Task Domains_are_kept_for_their_owner_only()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();

        (await alice.PostAsync("/api/v1/domain_blocks", new { domain = "Example.ORG" })).Ok();
        (await alice.PostAsync("/api/v1/domain_blocks", new { domain = "example.org" })).Ok();
        Assert.Equal("""["example.org"]""", (await alice.GetAsync("/api/v1/domain_blocks")).Ok().Text);
        Assert.Equal("[]", (await bob.GetAsync("/api/v1/domain_blocks")).Ok().Text);

        (await alice.SendAsync(HttpMethod.Delete, "/api/v1/domain_blocks", JsonContent.Create(new { domain = "example.org" }))).Ok();
        Assert.Equal("[]", (await alice.GetAsync("/api/v1/domain_blocks")).Ok().Text);
    }
}
