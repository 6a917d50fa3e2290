using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.OAuth;

public sealed class CodeTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly (string, string?)[] Pkce = [("code_challenge", Flow.Challenge), ("code_challenge_method", "S256")];

    [Fact]
    public async Task The_right_verifier_redeems_a_code()
    {
        var (flow, code) = await CodeAsync(Pkce);

        (await flow.RedeemAsync(code, ("code_verifier", Flow.Verifier))).Ok();
    }

    [Theory]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK")]
    [InlineData(Flow.Challenge)]
    [InlineData("short")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_wrong_verifier_is_refused(string? verifier)
    {
        var (flow, code) = await CodeAsync(Pkce);

        var answer = await (verifier is null ? flow.RedeemAsync(code) : flow.RedeemAsync(code, ("code_verifier", verifier)));

        Refused(answer, "The code_verifier does not match the code_challenge.");
    }

    [Fact]
    public async Task A_verifier_without_a_challenge_is_refused()
    {
        var (flow, code) = await CodeAsync();

        Refused(await flow.RedeemAsync(code, ("code_verifier", Flow.Verifier)), "The authorization code was issued without a code_challenge, so there must be no code_verifier.");
    }

    [Fact]
    public async Task Using_a_code_again_ends_what_it_gave_the_first_time()
    {
        var (flow, code) = await CodeAsync();
        var client = new Client(fixture.Api.Address, (await flow.RedeemAsync(code)).Ok()["access_token"].GetString());
        (await client.GetAsync("/api/v1/accounts/verify_credentials")).Ok();

        Refused(await flow.RedeemAsync(code), "The authorization code was used before; the token it gave is revoked.");

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/accounts/verify_credentials")).Status);
    }

    [Fact]
    public async Task Of_many_uses_at_once_at_most_one_succeeds()
    {
        var (flow, code) = await CodeAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => flow.RedeemAsync(code)));

        var token = Assert.Single(answers, answer => answer.Status is HttpStatusCode.OK)["access_token"].GetString();
        Assert.Equal(HttpStatusCode.Unauthorized, (await new Client(fixture.Api.Address, token).GetAsync("/api/v1/accounts/verify_credentials")).Status);
    }

    [Fact]
    public async Task Another_client_gets_nothing_for_a_code_and_does_no_harm()
    {
        var (flow, code) = await CodeAsync();
        var thief = await Flow.RegisterAsync(fixture.Api.Address);

        Refused(await thief.RedeemAsync(code), "The authorization code is unknown, or was issued to another client.");
        (await flow.RedeemAsync(code)).Ok();
        Refused(await thief.RedeemAsync(code), "The authorization code is unknown, or was issued to another client.");
        Refused(await flow.RedeemAsync("made-up"), "The authorization code is unknown, or was issued to another client.");
    }

    [Fact]
    public async Task Without_the_right_secret_there_is_no_token()
    {
        var (flow, code) = await CodeAsync();

        var answer = await (flow with { ClientSecret = "wrong" }).RedeemAsync(code);

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task The_address_has_to_be_the_one_that_the_code_went_to()
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address, $"{Flow.Callback} https://app.example/other");
        var code = await flow.CodeAsync(await fixture.People.AliceAsync());

        Refused(await flow.RedeemAsync(code, ("redirect_uri", "https://app.example/other")), "The redirect_uri is not the one that the authorization code was issued for.");
        var missing = await flow.RedeemAsync(code, ("redirect_uri", ""));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (missing.Status, missing.Error));
    }

    [Fact]
    public async Task A_code_expires_within_ten_minutes()
    {
        var (flow, code) = await CodeAsync();
        Assert.Equal(0, await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM oauth_codes WHERE expires_at > now() + interval '10 minutes'"));

        await fixture.Sandbox.ExecuteAsync("UPDATE oauth_codes SET expires_at = expires_at - interval '10 minutes' WHERE used_at IS NULL");

        Refused(await flow.RedeemAsync(code), "The authorization code has expired.");
    }

    [Fact]
    public async Task A_code_is_stored_as_a_hash_only()
    {
        var (_, code) = await CodeAsync();

        Assert.Equal(1, await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM oauth_codes WHERE code_hash = sha256(convert_to(@code, 'UTF8'))", new { code }));
        Assert.Equal(0, await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM oauth_codes c WHERE c::text LIKE '%' || @code || '%'", new { code }));
    }

    private async Task<(Flow Flow, string Code)> CodeAsync(params (string, string?)[] parameters)
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        return (flow, await flow.CodeAsync(await fixture.People.AliceAsync(), parameters));
    }

    private static void Refused(Answer answer, string description)
    {
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (answer.Status, answer.Error));
        Assert.Equal(description, answer["error_description"].GetString());
    }
}
