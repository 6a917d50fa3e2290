using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Accounts;

public sealed class EmailTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Path = "/api/v1/emails/confirmations";

    [Fact]
    public async Task A_mistyped_address_is_corrected_by_the_application_of_the_sign_up()
    {
        var alice = await fixture.People.AliceAsync();
        var address = $"new_{alice.Username}@example.org";

        Assert.Equal("{}", (await alice.PostAsync(Path, new { email = address })).Ok().Text);

        Assert.Equal(address, await fixture.Sandbox.ScalarAsync<string>("SELECT email FROM credentials WHERE account_id = @id", new { id = alice.Id }));
        Assert.Equal("true", (await alice.GetAsync("/api/v1/emails/check_confirmation")).Ok().Text);
    }

    [Fact]
    public async Task There_is_nothing_to_confirm_about_the_address_that_is_there()
    {
        var alice = await fixture.People.AliceAsync();

        Assert.Equal(HttpStatusCode.Forbidden, (await alice.SendAsync(HttpMethod.Post, Path)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await alice.PostAsync(Path, new { email = $"{alice.Username}@EXAMPLE.org" })).Status);
    }

    [Fact]
    public async Task An_address_that_is_none_or_another_persons_is_refused()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();

        var taken = await alice.PostAsync(Path, new { email = $"{bob.Username}@example.org" });
        var wrong = await alice.PostAsync(Path, new { email = "nonsense" });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity), (taken.Status, wrong.Status));
        Assert.Equal(["ERR_TAKEN", "ERR_INVALID"], new[] { taken, wrong }.Select(answer => answer["details"].GetProperty("email")[0].GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Another_application_changes_no_address()
    {
        var alice = await fixture.People.AliceAsync();
        var other = await fixture.People.RegisterAsync("read write");
        var token = (await fixture.Nobody.PostAsync("/oauth/token", new
        {
            grant_type = "password",
            client_id = other.ClientId,
            client_secret = other.ClientSecret,
            username = alice.Username,
            password = People.Password,
            scope = "read write",
        })).Ok()["access_token"].GetString();

        Assert.Equal(HttpStatusCode.Forbidden, (await new Client(fixture.Api.Address, token).PostAsync(Path, new { email = "other@example.org" })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.PostAsync(Path, new { email = "other@example.org" })).Status);
    }
}
