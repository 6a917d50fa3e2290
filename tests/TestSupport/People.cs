using System.Globalization;

namespace Microblog.TestSupport;

/// <summary>The people of a test class: each signs up over the API. Names are told apart by a number, so that tests of a class do not meet.</summary>
/// <param name="address">Where the API is.</param>
public sealed class People(Uri address)
{
    /// <summary>Password of everybody.</summary>
    public const string Password = "correct horse battery";

    /// <summary>What the application of the tests may do.</summary>
    public const string Scopes = "read write follow push";

    private static int _number;

    private readonly Lazy<Task<Application>> _application = new(() => RegisterAsync(address, Scopes));

    /// <summary>A client without a token.</summary>
    public Client Nobody => new(address);

    /// <summary>Registers an application and gets a token for it.</summary>
    public Task<Application> RegisterAsync(string scopes) => RegisterAsync(address, scopes);

    /// <summary>Signs up somebody, through the given application or the one of all tests.</summary>
    public async Task<Person> SignUpAsync(string name, Application? through = null)
    {
        var application = through ?? await _application.Value;
        var username = string.Create(CultureInfo.InvariantCulture, $"{name}_{Interlocked.Increment(ref _number)}");
        var token = (await application.Client.PostAsync("/api/v1/accounts", new { username, email = $"{username}@example.org", password = Password, agreement = true, locale = "en" })).Ok()["access_token"].GetString()!;
        var account = (await new Client(address, token).GetAsync("/api/v1/accounts/verify_credentials")).Ok();
        return new Person(address, token, account.Id, username);
    }

    /// <summary>Logs somebody in by password, through an application of its own with these scopes.</summary>
    public async Task<Person> LogInAsync(Person person, string scopes)
    {
        var through = await RegisterAsync(scopes);
        var token = (await Nobody.PostAsync("/oauth/token", new
        {
            grant_type = "password",
            client_id = through.ClientId,
            client_secret = through.ClientSecret,
            username = person.Username,
            password = Password,
            scope = scopes,
        })).Ok();
        return new Person(address, token["access_token"].GetString()!, person.Id, person.Username);
    }

    /// <summary>Signs up alice.</summary>
    public Task<Person> AliceAsync() => SignUpAsync("alice");

    /// <summary>Signs up alice and bob.</summary>
    public async Task<(Person Alice, Person Bob)> AliceAndBobAsync() => (await SignUpAsync("alice"), await SignUpAsync("bob"));

    /// <summary>Signs up alice, bob and carol.</summary>
    public async Task<(Person Alice, Person Bob, Person Carol)> AliceBobAndCarolAsync() => (await SignUpAsync("alice"), await SignUpAsync("bob"), await SignUpAsync("carol"));

    private static async Task<Application> RegisterAsync(Uri address, string scopes)
    {
        var nobody = new Client(address);
        var application = (await nobody.PostAsync("/api/v1/apps", new { client_name = "Tests", redirect_uris = "urn:ietf:wg:oauth:2.0:oob", scopes, website = "https://example.org" })).Ok();
        var (id, secret) = (application["client_id"].GetString()!, application["client_secret"].GetString()!);
        // What is for moderators no application gets for itself.
        var own = string.Join(' ', scopes.Split(' ').Where(scope => !scope.StartsWith("admin:", StringComparison.Ordinal)));
        var token = (await nobody.PostAsync("/oauth/token", new { grant_type = "client_credentials", client_id = id, client_secret = secret, scope = own })).Ok();
        return new Application(id, secret, new Client(address, token["access_token"].GetString()));
    }
}

/// <summary>A registered application.</summary>
/// <param name="ClientId">Its public id.</param>
/// <param name="ClientSecret">Its secret.</param>
/// <param name="Client">A client with the application's own token.</param>
public sealed record Application(string ClientId, string ClientSecret, Client Client);
