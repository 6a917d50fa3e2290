using Microblog.ApiService.Tests.Media;

namespace Microblog.ApiService.Tests.Pages;

public sealed class PictureTests(MediaFixture fixture) : IClassFixture<MediaFixture>
{
    [Fact]
    public async Task The_page_of_a_status_shows_its_pictures_and_what_they_show()
    {
        var alice = await fixture.People.AliceAsync();
        var picture = (await MediaFixture.UploadAsync(alice, Images.Png(40, 30), ("description", "A heron, \"flying\""))).Ok();
        var status = (await alice.PostAsync("/api/v1/statuses", new { status = "Look", media_ids = new[] { picture.Id } })).Ok();

        var page = (await fixture.Nobody.GetAsync(new Uri(status["url"].GetString()!))).Ok();

        var (url, preview) = (picture["url"].GetString(), picture["preview_url"].GetString());
        Assert.Contains($"<a href=\"{url}\"><img src=\"{preview}\" alt=\"A heron, &quot;flying&quot;\" width=\"40\" height=\"30\" loading=\"lazy\"></a>", page.Text, StringComparison.Ordinal);
        Assert.Contains($"<meta property=\"og:image\" content=\"{preview}\">", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<details", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Sensitive pictures")]
    [InlineData("Feathers", "Feathers")]
    public async Task Sensitive_pictures_wait_until_the_reader_asks_and_are_in_no_preview(string warning, string summary)
    {
        var alice = await fixture.People.AliceAsync();
        var picture = (await MediaFixture.UploadAsync(alice, Images.Png(40, 30))).Ok();
        var status = (await alice.PostAsync("/api/v1/statuses", new { status = "Look", sensitive = true, spoiler_text = warning, media_ids = new[] { picture.Id } })).Ok();

        var page = (await fixture.Nobody.GetAsync(new Uri(status["url"].GetString()!))).Ok();

        var hidden = System.Text.RegularExpressions.Regex.Match(page.Text, "<details><summary>(.+?)</summary>(.+?)</details>", System.Text.RegularExpressions.RegexOptions.Singleline);
        Assert.Equal(summary, hidden.Groups[1].Value);
        Assert.Contains(picture["preview_url"].GetString()!, hidden.Groups[2].Value, StringComparison.Ordinal);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(page.Text, System.Text.RegularExpressions.Regex.Escape(picture["preview_url"].GetString()!)));
    }
}
