using System.Net;
using Microblog.ApiService.Tests.Media;

namespace Microblog.ApiService.Tests.Accounts;

public sealed class ProfileImageTests(MediaFixture fixture) : IClassFixture<MediaFixture>
{
    private const string Path = "/api/v1/accounts/update_credentials";

    [Fact]
    public async Task What_is_no_image_is_refused_and_nothing_else_changes_either()
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await MediaFixture.UploadAsync(alice, HttpMethod.Patch, Path, "avatar", [1, 2, 3], ("display_name", "New"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal("", (await alice.AccountAsync())["display_name"].GetString());
    }

    [Theory]
    [InlineData("avatar")]
    [InlineData("header")]
    public async Task A_picture_is_shown_to_everybody_and_can_be_replaced_and_taken_away(string kind)
    {
        var alice = await fixture.People.AliceAsync();
        var missing = (await alice.AccountAsync())[kind].GetString();

        var first = (await MediaFixture.UploadAsync(alice, HttpMethod.Patch, Path, kind, Images.Png(40, 30), ("display_name", "New"))).Ok();
        var second = (await MediaFixture.UploadAsync(alice, HttpMethod.Patch, "/api/v1/profile", kind, Images.Png(30, 40))).Ok();

        Assert.Equal("New", second["display_name"].GetString());
        Assert.Equal(3, new HashSet<string?> { missing, first[kind].GetString(), second[kind].GetString() }.Count);
        Assert.Equal(second[kind].GetString(), second[kind + "_static"].GetString());
        Assert.NotEmpty(await MediaFixture.DownloadAsync(second[kind].GetString()));

        Assert.Equal(missing, (await alice.DeleteAsync($"/api/v1/profile/{kind}")).Ok()[kind].GetString());
        Assert.Equal(missing, (await alice.AccountAsync())[kind].GetString());
    }
}
