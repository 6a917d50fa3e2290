using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Http;

public sealed class ErrorShapeTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("GET", "/api/v1/nothing/here")]
    [InlineData("GET", "/api/v1/search?q=x")]
    [InlineData("POST", "/api/v1/nothing")]
    [InlineData("GET", "/api/v1/statuses/not-an-id")]
    [InlineData("GET", "/api/v1/statuses/99999999999999999999999")]
    [InlineData("GET", "/api/v1/statuses/-1")]
    [InlineData("GET", "/api/v1/accounts/1")]
    [InlineData("GET", "/manage/timelines/rebuild")]
    [InlineData("POST", "/manage/timelines/rebuild")]
    public async Task What_is_not_there_is_a_404_in_json(string method, string path)
    {
        var answer = await fixture.Nobody.SendAsync(new HttpMethod(method), path);

        Assert.Equal((HttpStatusCode.NotFound, "Record not found"), (answer.Status, answer.Error));
        Assert.Equal("application/json", answer.Response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("PUT", "/api/v1/statuses")]
    [InlineData("DELETE", "/api/v1/timelines/home")]
    [InlineData("GET", "/oauth/token")]
    public async Task A_method_that_is_not_supported_is_a_404_too(string method, string path)
    {
        var answer = await fixture.Nobody.SendAsync(new HttpMethod(method), path);

        Assert.Equal((HttpStatusCode.NotFound, "Record not found"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Health_answers_on_the_main_port_when_there_is_no_other(string path)
    {
        var status = await Eventually.BecomesAsync($"{path} to be 200", async () => (await fixture.Nobody.GetAsync(path)).Status, status => status is HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.OK, status);
    }
}
