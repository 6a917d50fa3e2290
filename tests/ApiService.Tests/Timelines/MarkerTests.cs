using System.Net;
using Microblog.TestSupport;
using Npgsql;

namespace Microblog.ApiService.Tests.Timelines;

public sealed class MarkerTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_position_is_kept_by_timeline_and_its_version_grows()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();

        var first = (await alice.PostFormAsync("/api/v1/markers", ("home[last_read_id]", "100"), ("notifications[last_read_id]", "7"))).Ok();
        var second = (await alice.PostAsync("/api/v1/markers", new { home = new { last_read_id = "200" } })).Ok();
        var both = (await alice.GetAsync("/api/v1/markers?timeline[]=home&timeline[]=notifications")).Ok();

        Assert.Equal(("100", 0), Position(first, "home"));
        Assert.Equal(("7", 0), Position(first, "notifications"));
        Assert.Equal(("200", 1), Position(second, "home"));
        Assert.False(second.Body.TryGetProperty("notifications", out _));
        Assert.Equal((("200", 1), ("7", 0)), (Position(both, "home"), Position(both, "notifications")));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", both["home"].GetProperty("updated_at").GetString());
        Assert.Equal("{}", (await bob.GetAsync("/api/v1/markers?timeline=home")).Ok().Text);
        Assert.Equal("{}", (await alice.GetAsync("/api/v1/markers")).Ok().Text);
        Assert.Equal("{}", (await alice.SendAsync(HttpMethod.Post, "/api/v1/markers")).Ok().Text);
    }

    [Fact]
    public async Task Who_meets_another_save_is_told()
    {
        var alice = await fixture.People.AliceAsync();
        (await alice.PostFormAsync("/api/v1/markers", ("home[last_read_id]", "100"))).Ok();
        await using var other = await fixture.Sandbox.Primary.OpenConnectionAsync();
        await using (var transaction = await other.BeginTransactionAsync())
        {
            await using var update = new NpgsqlCommand("UPDATE markers SET last_read_id = 150, version = version + 1 WHERE account_id = $1", other, transaction) { Parameters = { new() { Value = alice.Id } } };
            await update.ExecuteNonQueryAsync();

            var conflict = await alice.PostFormAsync("/api/v1/markers", ("notifications[last_read_id]", "3"), ("home[last_read_id]", "200"));

            Assert.Equal((HttpStatusCode.Conflict, "Conflict during update, please try again"), (conflict.Status, conflict.Error));
            await transaction.CommitAsync();
        }
        Assert.Equal("{}", (await alice.GetAsync("/api/v1/markers?timeline=notifications")).Ok().Text);
        Assert.Equal(("200", 2), Position((await alice.PostFormAsync("/api/v1/markers", ("home[last_read_id]", "200"))).Ok(), "home"));
    }

    [Fact]
    public async Task What_is_no_id_is_refused()
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.PostFormAsync("/api/v1/markers", ("home[last_read_id]", "newest"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.GetAsync("/api/v1/markers?timeline=home")).Status);
    }

    private static (string?, int) Position(Answer answer, string timeline) => (answer[timeline].GetProperty("last_read_id").GetString(), answer[timeline].GetProperty("version").GetInt32());
}
