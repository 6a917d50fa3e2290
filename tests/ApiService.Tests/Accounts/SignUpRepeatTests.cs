using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Accounts;

public sealed class SignUpRepeatTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_repeat_with_the_same_key_answers_a_token_of_the_same_account()
    {
        var application = await fixture.People.RegisterAsync("read write");

        var first = await WhoAsync((await SignUpAsync(application, "key", "twice")).Ok());
        var second = await WhoAsync((await SignUpAsync(application, "key", "twice")).Ok());

        Assert.Equal(first, second);
        Assert.Equal(1, await AccountsAsync("twice"));
    }

    [Fact]
    public async Task Eight_requests_with_one_key_at_the_same_time_make_one_account_and_are_all_answered()
    {
        var application = await fixture.People.RegisterAsync("read write");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SignUpAsync(application, "key", "at_once")));

        Assert.Single((await Task.WhenAll(answers.Select(answer => WhoAsync(answer.Ok())))).Distinct());
        Assert.Equal(1, await AccountsAsync("at_once"));
    }

    [Theory]
    [InlineData("somebody_else", "different@example.org", People.Password)]
    [InlineData("different", "somebody_else@example.org", People.Password)]
    [InlineData("different", "different@example.org", "another password")]
    public async Task The_same_key_for_something_else_is_refused(string username, string email, string password)
    {
        var application = await fixture.People.RegisterAsync("read write");
        var name = $"different{Guid.NewGuid():N}"[..20];
        (await SignUpAsync(application, "key", name)).Ok();

        var answer = await SignUpAsync(application, "key", username.Replace("different", name), email.Replace("different", name), password);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.StartsWith("This Idempotency-Key was used for a different request", answer.Error);
        Assert.Equal(0, await AccountsAsync("somebody_else"));
    }

    [Fact]
    public async Task A_key_belongs_to_one_application()
    {
        var (one, another) = (await fixture.People.RegisterAsync("read write"), await fixture.People.RegisterAsync("read write"));
        (await SignUpAsync(one, "key", "first_come")).Ok();

        var answer = await SignUpAsync(another, "key", "first_come");

        Assert.Equal("ERR_TAKEN", answer["details"].GetProperty("username")[0].GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_refused_sign_up_leaves_its_key_free()
    {
        var application = await fixture.People.RegisterAsync("read write");
        (await SignUpAsync(application, "another key", "occupied")).Ok();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignUpAsync(application, "key", "occupied")).Status);

        (await SignUpAsync(application, "key", "vacant")).Ok();
    }

    [Fact]
    public async Task A_suspended_account_gets_no_token_by_a_repeat()
    {
        var application = await fixture.People.RegisterAsync("read write");
        (await SignUpAsync(application, "key", "unwanted")).Ok();
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET suspended_at = now() WHERE username = 'unwanted'");

        var answer = await SignUpAsync(application, "key", "unwanted");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.EndsWith("cannot log in any more", answer.Error);
    }

    [Fact]
    public async Task What_is_stored_of_the_request_tells_nothing_of_the_password()
    {
        var application = await fixture.People.RegisterAsync("read write");
        (await SignUpAsync(application, "key", "secretive")).Ok();

        var stored = await fixture.Sandbox.ScalarAsync<byte[]>("SELECT fingerprint FROM idempotency_keys k JOIN accounts a ON a.id = k.resource_id WHERE a.username = 'secretive'");

        Assert.Equal(Fingerprint("POST", "/api/v1/accounts", "agreement", "true", "email", "secretive@example.org", "username", "secretive"), stored);
    }

    private static byte[] Fingerprint(params string[] parts) =>
        SHA256.HashData([.. parts.Select(Encoding.UTF8.GetBytes).SelectMany(part => BitConverter.GetBytes(part.Length).Concat(part))]);

    private static Task<Answer> SignUpAsync(Application application, string key, string username, string? email = null, string password = People.Password) =>
        application.Client.SendAsync(
            HttpMethod.Post, "/api/v1/accounts", JsonContent.Create(new { username, email = email ?? $"{username}@example.org", password, agreement = true }), ("Idempotency-Key", key));

    private async Task<long> WhoAsync(Answer token) =>
        (await new Client(fixture.Api.Address, token["access_token"].GetString()).GetAsync("/api/v1/accounts/verify_credentials")).Ok().Id;

    private Task<long> AccountsAsync(string username) => fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM accounts WHERE username = @username", new { username });
}
