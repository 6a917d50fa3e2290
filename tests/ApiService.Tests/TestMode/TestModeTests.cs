using System.Net;
using Microblog.ApiService.Tests.OAuth;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.TestMode;

public sealed class TestModeFixture(Backends backends) : ApiFixture(backends)
{
    protected override string[] Settings => ["--Microblog:TestMode=true", "--Microblog:PasswordGrant=false"];
}

public sealed class TestModeTests(TestModeFixture fixture) : IClassFixture<TestModeFixture>
{
    private const string AdminToken = "f954c8de1fcc0080ff706fa2516d05b60de0d8f5b536255a85ef85a6c32e4afb";
    private const string QuuxToken = "894d3583dbf7d0f4f4784a06db86bdadb6ef0d99453d15afbc03e0c103bd78af";

    [Theory]
    [InlineData(AdminToken, 1, "admin", false)]
    [InlineData("b48d72074a467e77a18eafc0d52e373dcf2492bcb3fefadc302a81300ec69002", 2, "foobar", false)]
    [InlineData("e9a463ba1729ae0049a97a312af702cb3d08d84de1cc8d6da3fad90af068117b", 4, "ExternalLinks", false)]
    [InlineData("0639238783efdfde849304bc89ec0c4b60b5ef5f261f60859fcd597de081cfdc", 5, "baz", false)]
    [InlineData("39ed9aeffa4b25eda4940f22f29fea66e625c6282c2a8bf0430203c9779e9e98", 6, "LockedAccount", true)]
    public async Task The_fixed_tokens_belong_to_the_fixed_accounts(string token, long id, string username, bool locked)
    {
        var account = (await new Client(fixture.Api.Address, token).GetAsync("/api/v1/accounts/verify_credentials")).Ok();

        Assert.Equal((id, username, locked), (account.Id, account["username"].GetString(), account["locked"].GetBoolean()));
    }

    [Theory]
    [InlineData("admin@localhost", "mastodonadmin", HttpStatusCode.OK)]
    [InlineData("admin@localhost:3000", "mastodonadmin", HttpStatusCode.OK)]
    [InlineData("foobar@localhost:3000", "foobarfoobar", HttpStatusCode.OK)]
    [InlineData("LockedAccount@localhost:3000", "LockedAccountLockedAccount", HttpStatusCode.OK)]
    [InlineData("foobar@localhost:port", "foobarfoobar", HttpStatusCode.BadRequest)]
    [InlineData("foobar@localhost", "wrong", HttpStatusCode.BadRequest)]
    public async Task The_fixed_passwords_open_the_fixed_accounts_and_the_password_grant_is_on(string login, string password, HttpStatusCode status)
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);

        var answer = await fixture.Nobody.PostFormAsync("/oauth/token", ("grant_type", "password"), ("client_id", flow.ClientId), ("client_secret", flow.ClientSecret), ("username", login), ("password", password));

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task The_administrator_has_the_role() =>
        Assert.Equal([(1L, 2), (2L, 0)], await fixture.Sandbox.ListAsync<(long, int)>("SELECT id, role::int FROM accounts WHERE id IN (1, 2) ORDER BY id"));

    [Fact]
    public async Task Suites_may_sign_people_up_with_the_token_of_a_person()
    {
        var admin = new Client(fixture.Api.Address, AdminToken);

        var token = (await admin.PostAsync("/api/v1/accounts", new { username = "newcomer", email = "newcomer@example.org", password = People.Password, agreement = true })).Ok();

        var account = (await new Client(fixture.Api.Address, token["access_token"].GetString()).GetAsync("/api/v1/accounts/verify_credentials")).Ok();
        Assert.Equal("newcomer", account["username"].GetString());
    }

    [Fact]
    public async Task The_role_is_shown_to_others_without_what_it_permits()
    {
        var admin = (await fixture.Nobody.GetAsync("/api/v1/accounts/1")).Ok();

        var role = Assert.Single(admin["roles"].EnumerateArray());
        Assert.Equal(["id", "name", "color"], role.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task A_fixed_token_can_be_used_for_everything_and_revoked_like_any_other()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:TestMode=true");
        var quux = new Client(api.Address, QuuxToken);
        (await quux.PostAsync("/api/v1/statuses", new { status = "Hello" })).Ok();

        await fixture.Sandbox.ExecuteAsync("UPDATE access_tokens SET revoked_at = now() WHERE account_id = 3");

        await Eventually.HoldsAsync("the token to be refused", async () => (await quux.GetAsync("/api/v1/timelines/home")).Status is HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Starting_again_changes_nothing()
    {
        var before = await fixture.Sandbox.ListAsync<string>("SELECT c::text FROM credentials c WHERE account_id <= 6 ORDER BY account_id");

        await using var again = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:TestMode=true");

        Assert.Equal(before, await fixture.Sandbox.ListAsync<string>("SELECT c::text FROM credentials c WHERE account_id <= 6 ORDER BY account_id"));
        Assert.Equal(6, before.Count);
    }

    [Fact]
    public async Task Outside_test_mode_the_fixed_tokens_are_nothing()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox);

        Assert.Equal(HttpStatusCode.Unauthorized, (await new Client(api.Address, AdminToken).GetAsync("/api/v1/accounts/verify_credentials")).Status);
    }
}

public sealed class MicroblogOptionsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string GoodKey = "--Microblog:KeyEncryptionKey=0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("--Microblog:TestMode=true", GoodKey, "Microblog:TestMode")]
    [InlineData("--Microblog:PasswordGrant=true", GoodKey, "Microblog:PasswordGrant")]
    [InlineData("--Microblog:KeyEncryptionKey=", "", "Microblog:KeyEncryptionKey")]
    [InlineData("--Microblog:KeyEncryptionKey=short", "", "Microblog:KeyEncryptionKey")]
    [InlineData("--Microblog:Registrations=perhaps", GoodKey, "Microblog:Registrations")]
    public void Production_refuses_to_start_with_what_is_not_fit_for_it(string setting, string other, string named)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => ApiApp.Build(fixture.Sandbox.Arguments("--environment=Production", setting, other)));

        Assert.Contains(named, refusal.Message);
    }

    [Fact]
    public async Task Production_starts_with_a_key() => await ApiApp.Build(fixture.Sandbox.Arguments("--environment=Production", GoodKey, "--Microblog:Media:Directory=media")).DisposeAsync();

    [Fact]
    public async Task Test_mode_does_not_start_where_somebody_has_one_of_its_names()
    {
        await fixture.Sandbox.ExecuteAsync("INSERT INTO accounts (username) VALUES ('FooBar')");

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => ApiHost.StartAsync(fixture.Sandbox, "--Microblog:TestMode=true"));

        Assert.Contains("another database", refusal.Message);
    }
}
