using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Accounts;

public sealed class PreferenceTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Preferences_are_those_of_the_account()
    {
        var alice = await fixture.People.AliceAsync();
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET default_privacy = 2, language = 'de' WHERE id = @id", new { id = alice.Id });
        await fixture.SettledAsync();

        var answer = (await alice.GetAsync("/api/v1/preferences")).Ok();

        Assert.Equal("""{"posting:default:visibility":"private","posting:default:sensitive":false,"posting:default:language":"de","posting:default:quote_policy":"public","reading:expand:media":"default","reading:expand:spoilers":false}""", answer.Text);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.GetAsync("/api/v1/preferences")).Status);
    }
}
