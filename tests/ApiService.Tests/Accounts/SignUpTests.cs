using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Accounts;

public sealed class SignUpTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Signing_up_answers_a_token_that_works_at_once()
    {
        var application = await fixture.People.RegisterAsync("read write");

        var token = (await SignUpAsync(application, "newcomer", "newcomer@example.org")).Ok();

        Assert.Equal(("Bearer", "read write"), (token["token_type"].GetString(), token["scope"].GetString()));
        var account = (await new Client(fixture.Api.Address, token["access_token"].GetString()).GetAsync("/api/v1/accounts/verify_credentials")).Ok();
        Assert.Equal(("newcomer", "newcomer", "en"), (account["username"].GetString(), account["acct"].GetString(), account["source"].GetProperty("language").GetString()));
    }

    public static TheoryData<string, string, string, string, string> WrongFields => new()
    {
        { "username", "", "ERR_BLANK", "can't be blank", "Username" },
        { "username", new string('u', 31), "ERR_TOO_LONG", "is too long (maximum is 30 characters)", "Username" },
        { "username", "with space", "ERR_INVALID", "must contain only letters, numbers and underscores", "Username" },
        { "username", "émile", "ERR_INVALID", "must contain only letters, numbers and underscores", "Username" },
        { "username", "dotted.name", "ERR_INVALID", "must contain only letters, numbers and underscores", "Username" },
        { "username", "Admin", "ERR_RESERVED", "is reserved", "Username" },
        { "email", "nobody", "ERR_INVALID", "is invalid", "Email" },
        { "email", "a@b@c", "ERR_INVALID", "is invalid", "Email" },
        { "email", new string('e', 320) + "@example.org", "ERR_INVALID", "is invalid", "Email" },
        { "password", "", "ERR_BLANK", "can't be blank", "Password" },
        { "password", "1234567", "ERR_TOO_SHORT", "is too short (minimum is 8 characters)", "Password" },
        { "password", new string('p', 129), "ERR_TOO_LONG", "is too long (maximum is 128 characters)", "Password" },
        { "agreement", "false", "ERR_ACCEPTED", "must be accepted", "Agreement" },
    };

    [Theory]
    [MemberData(nameof(WrongFields))]
    public async Task A_wrong_field_is_named(string field, string value, string code, string description, string label)
    {
        var application = await fixture.People.RegisterAsync("write");
        var fields = new Dictionary<string, string> { ["username"] = "fine", ["email"] = "fine@example.org", ["password"] = People.Password, ["agreement"] = "true", [field] = value };

        var answer = await application.Client.PostAsync("/api/v1/accounts", fields);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, $"Validation failed: {label} {description}"), (answer.Status, answer.Error));
        var fault = Assert.Single(Assert.Single(answer["details"].EnumerateObject(), member => member.Name == field).Value.EnumerateArray());
        Assert.Equal((code, description), (fault.GetProperty("error").GetString(), fault.GetProperty("description").GetString()));
    }

    [Fact]
    public async Task A_missing_address_is_blank_and_invalid_as_clients_know_it_from_Mastodon()
    {
        var application = await fixture.People.RegisterAsync("write");

        var answer = await SignUpAsync(application, "fine", email: "");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Validation failed: Email can't be blank, Email is invalid"), (answer.Status, answer.Error));
        Assert.Equal(["ERR_BLANK", "ERR_INVALID"], answer["details"].GetProperty("email").EnumerateArray().Select(fault => fault.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task All_wrong_fields_are_named_at_once()
    {
        var application = await fixture.People.RegisterAsync("write");

        var answer = await application.Client.PostAsync("/api/v1/accounts");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(["username", "email", "password", "agreement"], answer["details"].EnumerateObject().Select(field => field.Name));
    }

    [Theory]
    [InlineData("taken", "other@example.org", "username")]
    [InlineData("TAKEN", "other@example.org", "username")]
    [InlineData("other", "taken@example.org", "email")]
    [InlineData("other", "Taken@Example.ORG", "email")]
    public async Task A_name_or_address_that_is_taken_in_any_case_is_refused(string username, string email, string field)
    {
        var application = await fixture.People.RegisterAsync("write");
        await SignUpAsync(application, "taken", "taken@example.org");

        var answer = await SignUpAsync(application, username, email);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        var fault = Assert.Single(answer["details"].GetProperty(field).EnumerateArray());
        Assert.Equal(("ERR_TAKEN", "has already been taken"), (fault.GetProperty("error").GetString(), fault.GetProperty("description").GetString()));
    }

    [Fact]
    public async Task Of_many_sign_ups_with_one_name_at_the_same_time_one_succeeds()
    {
        var application = await fixture.People.RegisterAsync("write");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => SignUpAsync(application, i % 2 == 0 ? "racer" : "RACER", $"racer{i}@example.org")));

        Assert.Single(answers, answer => answer.Status is HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status is not HttpStatusCode.OK), answer =>
            Assert.Equal("ERR_TAKEN", answer["details"].GetProperty("username")[0].GetProperty("error").GetString()));
        Assert.Equal(1, await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM accounts WHERE lower(username) = 'racer'"));
    }

    [Fact]
    public async Task The_password_is_stored_as_a_slow_hash()
    {
        var alice = await fixture.People.AliceAsync();

        var stored = await fixture.Sandbox.ScalarAsync<string>("SELECT password_hash FROM credentials WHERE account_id = @Id", new { alice.Id });

        Assert.DoesNotContain(People.Password, stored);
        Assert.True(stored!.Length > 60);
    }

    private static Task<Answer> SignUpAsync(Application application, string username, string email) =>
        application.Client.PostAsync("/api/v1/accounts", new { username, email, password = People.Password, agreement = true, locale = "en-GB" });
}
