using System.Net;
using Microblog.ApiService.OAuth;
using Microblog.TestSupport;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Microblog.ApiService.Tests.OAuth;

public sealed class SigningKeyTests(ApiFixture fixture, Backends backends) : IClassFixture<ApiFixture>
{
    private const string Who = "/api/v1/accounts/verify_credentials";

    [Fact]
    public async Task After_a_rotation_old_and_new_tokens_are_good_in_every_process()
    {
        await using var other = await ApiHost.StartAsync(fixture.Sandbox);
        var before = await fixture.People.AliceAsync();
        var oldKey = KeyOf(before);

        await fixture.Api.Get<SigningKeys>().RotateAsync(default);
        var after = await fixture.People.SignUpAsync("bob");

        Assert.NotEqual(oldKey, KeyOf(after));
        foreach (var person in new[] { before, after })
        {
            (await person.GetAsync(Who)).Ok();
            (await person.At(other.Address).GetAsync(Who)).Ok();
        }
        // Others of this class make keys in between.
        Assert.Equal([KeyOf(after), oldKey], (await PublishedAsync(fixture.Api)).Where(key => key == oldKey || key == KeyOf(after)));
    }

    [Fact]
    public async Task The_published_keys_verify_the_tokens_and_tell_no_secret()
    {
        var alice = await fixture.People.AliceAsync();

        var answer = (await fixture.Nobody.GetAsync("/oauth/jwks")).Ok();

        Assert.DoesNotContain("\"d\"", answer.Text);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(alice.Token, new TokenValidationParameters
        {
            IssuerSigningKeys = new JsonWebKeySet(answer.Text).GetSigningKeys(),
            ValidTypes = ["at+jwt"],
            ValidIssuer = fixture.Api.Address.ToString().TrimEnd('/'),
            ValidateAudience = false,
            RequireExpirationTime = false,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal(alice.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), result.Claims["sub"]);
        Assert.Equal("read write follow push", result.Claims["scope"]);
        Assert.Equal(["app", "client_id", "iat", "iss", "jti", "scope", "sub"], result.Claims.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_token_of_an_application_has_no_subject()
    {
        var application = await fixture.People.RegisterAsync("read");

        Assert.False(new JsonWebToken(application.Client.Token).TryGetPayloadValue<string>("sub", out _));
    }

    [Fact]
    public async Task A_token_with_every_scope_fits_a_header_and_a_websocket_protocol()
    {
        var application = await fixture.People.RegisterAsync(string.Join(' ', Scopes.All.Where(scope => !Scopes.IsAdministrative(scope))));

        Assert.InRange(application.Client.Token!.Length, 500, 2000);
        Assert.Matches("^[A-Za-z0-9._-]+$", application.Client.Token);
        (await application.Client.GetAsync("/api/v1/apps/verify_credentials")).Ok();
    }

    [Fact]
    public async Task Processes_that_start_together_make_one_key()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends);
        var hosts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ApiHost.StartAsync(sandbox)));
        try
        {
            await Task.WhenAll(hosts.Select(host => host.People.RegisterAsync("read")));

            Assert.Equal(1, await sandbox.ScalarAsync<long>("SELECT count(*) FROM signing_keys"));
        }
        finally
        {
            foreach (var host in hosts)
            {
                await host.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task A_process_with_another_key_for_the_keys_signs_with_its_own_and_logs_nobody_out()
    {
        var alice = await fixture.People.AliceAsync();
        await using var other = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:KeyEncryptionKey=another");

        var bob = await other.People.SignUpAsync("bob");

        Assert.NotEqual(KeyOf(alice), KeyOf(bob));
        (await alice.At(other.Address).GetAsync(Who)).Ok();
        (await bob.At(fixture.Api.Address).GetAsync(Who)).Ok();
        // And does not make another each time.
        Assert.Equal(KeyOf(bob), KeyOf(await other.People.SignUpAsync("carol")));
    }

    [Fact]
    public async Task The_private_key_is_not_in_the_database()
    {
        var key = (await fixture.Api.Get<SigningKeys>().SignerAsync(default)).Key;
        var secret = key.ECDsa.ExportParameters(includePrivateParameters: true).D!;

        var rows = await fixture.Sandbox.ListAsync<byte[]>("SELECT private_key FROM signing_keys");

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Equal(-1, row.AsSpan().IndexOf(secret)));
    }

    [Fact]
    public async Task A_key_goes_when_it_is_old_and_none_of_its_tokens_is_in_use_and_not_before()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends);
        await using var api = await ApiHost.StartAsync(sandbox);
        var keys = api.Get<SigningKeys>();
        var alice = await api.People.AliceAsync();
        await sandbox.ExecuteAsync("UPDATE signing_keys SET created_at = now() - interval '91 days'");

        await keys.MaintainAsync(TimeSpan.FromDays(90), default);
        Assert.Equal(2, (await PublishedAsync(api)).Count);
        await sandbox.ExecuteAsync("UPDATE signing_keys SET created_at = created_at - interval '2 days'");
        await keys.MaintainAsync(TimeSpan.FromDays(90), default);
        (await alice.GetAsync(Who)).Ok();
        Assert.Equal(2, await sandbox.ScalarAsync<long>("SELECT count(*) FROM signing_keys"));

        await sandbox.ExecuteAsync("UPDATE access_tokens SET revoked_at = now()");
        await keys.MaintainAsync(TimeSpan.FromDays(90), default);
        Assert.Equal(1, await sandbox.ScalarAsync<long>("SELECT count(*) FROM signing_keys"));
        Assert.Equal(0, await sandbox.ScalarAsync<long>("SELECT count(*) FROM token_revocations"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await alice.GetAsync(Who)).Status);
    }

    [Fact]
    public async Task An_operator_rotates_by_the_management_port_only()
    {
        var port = Gate.DeadPort();
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, $"--urls=http://127.0.0.1:0;http://127.0.0.1:{port}", $"--MANAGEMENT_PORT={port}");
        var before = await PublishedAsync(api);

        var refused = await api.People.Nobody.PostAsync("/manage/signing-keys/rotate");
        var done = (await new Client(new Uri($"http://127.0.0.1:{port}")).PostAsync("/manage/signing-keys/rotate")).Ok();

        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        var key = Assert.Single((await PublishedAsync(api)).Except(before));
        Assert.Contains(key, done["message"].GetString());
    }

    private static string KeyOf(Client client) => new JsonWebToken(client.Token).Kid;

    private static async Task<List<string>> PublishedAsync(ApiHost api) =>
        [.. (await api.People.Nobody.GetAsync("/oauth/jwks")).Ok()["keys"].EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
}
