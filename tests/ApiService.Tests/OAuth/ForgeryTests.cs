using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microblog.ApiService.OAuth;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.OAuth;

public sealed class ForgeryTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Without_changes_the_parts_make_a_good_token()
    {
        var token = await TokenAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(await SignedAsync(token.Header, token.Payload)));
    }

    [Theory]
    [InlineData("sub", "1")]
    [InlineData("scope", "read write admin:write")]
    [InlineData("jti", "1")]
    [InlineData("app", "1")]
    public async Task A_changed_claim_is_refused(string claim, string value)
    {
        var token = await TokenAsync();
        token.Payload[claim] = value;

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"{Part(token.Header)}.{Part(token.Payload)}.{token.Signature}"));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("")]
    public async Task A_token_without_a_signature_is_refused(string algorithm)
    {
        var token = await TokenAsync();
        token.Header["alg"] = algorithm;

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"{Part(token.Header)}.{Part(token.Payload)}."));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"{Part(token.Header)}.{Part(token.Payload)}.{token.Signature}"));
    }

    [Fact]
    public async Task The_public_key_is_no_secret_to_sign_with()
    {
        var token = await TokenAsync();
        token.Header["alg"] = "HS256";
        var key = (await fixture.Api.Get<SigningKeys>().SignerAsync(default)).Key.ECDsa;
        var signed = $"{Part(token.Header)}.{Part(token.Payload)}";

        foreach (var secret in new[] { key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(token.Header["kid"]!.GetValue<string>()) })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}"));
        }
    }

    [Fact]
    public async Task A_key_that_the_token_brings_along_is_not_used()
    {
        var token = await TokenAsync();
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = own.ExportParameters(false).Q;
        token.Header["jwk"] = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(Signed(own, token.Header, token.Payload)));
        token.Header["kid"] = "own";
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(Signed(own, token.Header, token.Payload)));
        token.Header.Remove("kid");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(Signed(own, token.Header, token.Payload)));
    }

    [Fact]
    public async Task Our_own_signature_on_another_type_or_on_too_little_is_no_access_token()
    {
        var token = await TokenAsync();
        var typed = token.Header.DeepClone().AsObject();
        typed["typ"] = "JWT";
        var nameless = token.Payload.DeepClone().AsObject();
        nameless.Remove("jti");
        var expired = token.Payload.DeepClone().AsObject();
        expired["exp"] = 1_000_000_000;

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(await SignedAsync(typed, token.Payload)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(await SignedAsync(token.Header, nameless)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(await SignedAsync(token.Header, expired)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("a.b.c.d.e")]
    [InlineData("eyJhbGciOiJFUzI1NiIsImtpZCI6IngifQ.bm90IGpzb24.c2ln")]
    [InlineData("eyJhbGciOiJFUzI1NiIsImtpZCI6IngifQ.e30.")]
    [InlineData("f954c8de1fcc0080ff706fa2516d05b60de0d8f5b536255a85ef85a6c32e4afb")]
    public async Task What_is_no_token_is_refused(string token) => Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(token));

    [Fact]
    public async Task A_token_too_long_to_be_one_is_refused() => Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(new string('a', 5000)));

    private async Task<HttpStatusCode> StatusAsync(string token)
    {
        var client = new Client(fixture.Api.Address, token);
        var required = await client.GetAsync("/api/v1/accounts/verify_credentials");
        // Where a token is optional, a bad one is as bad.
        Assert.Equal(required.Status, (await client.GetAsync("/api/v1/timelines/public")).Status);
        return required.Status;
    }

    private async Task<(JsonObject Header, JsonObject Payload, string Signature)> TokenAsync()
    {
        var parts = (await fixture.People.AliceAsync()).Token!.Split('.');
        return (Read(parts[0]), Read(parts[1]), parts[2]);
    }

    private async Task<string> SignedAsync(JsonObject header, JsonObject payload) => Signed((await fixture.Api.Get<SigningKeys>().SignerAsync(default)).Key.ECDsa, header, payload);

    private static string Signed(ECDsa key, JsonObject header, JsonObject payload)
    {
        var signed = $"{Part(header)}.{Part(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private static JsonObject Read(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
