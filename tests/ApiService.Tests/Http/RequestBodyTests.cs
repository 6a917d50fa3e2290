using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Http;

public sealed class RequestBodyTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    /// <summary>A refusal then comes before the body is on its way; a server that hangs up in the middle of it is hard to hear.</summary>
    private static readonly (string Name, string Value) AskFirst = ("Expect", "100-continue");

    [Fact]
    public async Task The_same_fields_may_come_as_json_form_multipart_or_query()
    {
        var alice = await fixture.People.AliceAsync();

        Answer[] answers =
        [
            await alice.PostAsync("/api/v1/statuses", new { status = "Hello", visibility = "unlisted", sensitive = true }),
            await alice.PostFormAsync("/api/v1/statuses", ("status", "Hello"), ("visibility", "unlisted"), ("sensitive", "true")),
            await alice.SendAsync(HttpMethod.Post, "/api/v1/statuses", new MultipartFormDataContent { { new StringContent("Hello"), "status" }, { new StringContent("unlisted"), "visibility" }, { new StringContent("1"), "sensitive" } }),
            await alice.SendAsync(HttpMethod.Post, "/api/v1/statuses?status=Hello&visibility=unlisted&sensitive=True"),
        ];

        Assert.All(answers, answer =>
        {
            Assert.Equal("<p>Hello</p>", answer.Ok()["content"].GetString());
            Assert.Equal("unlisted", answer["visibility"].GetString());
            Assert.True(answer["sensitive"].GetBoolean());
        });
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=none")]
    [InlineData("multipart/form-data")]
    public async Task A_request_without_a_body_may_name_the_type_of_one(string type)
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var status = await alice.PostAsync("Hello");

        foreach (var request in new[] { "GET /api/v1/timelines/home?limit=1", $"POST /api/v1/statuses/{status}/reblog" })
        {
            // By hand, because HttpClient says of no body that its length is 0.
            using var client = new TcpClient();
            await client.ConnectAsync(bob.Address.Host, bob.Address.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {bob.Token}\r\nContent-Type: {type}\r\n\r\n"));
            using var answer = new StreamReader(client.GetStream());
            Assert.Equal("HTTP/1.1 200 OK", await answer.ReadLineAsync());
        }
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("1", true)]
    [InlineData("on", true)]
    [InlineData("yes", true)]
    [InlineData("false", false)]
    [InlineData("FALSE", false)]
    [InlineData("0", false)]
    [InlineData("f", false)]
    [InlineData("off", false)]
    [InlineData("", false)]
    public async Task A_boolean_is_read_as_rails_reads_it(string text, bool expected)
    {
        var alice = await fixture.People.AliceAsync();

        Assert.Equal(expected, (await alice.PostFormAsync("/api/v1/statuses", ("status", "Hello"), ("sensitive", text))).Ok()["sensitive"].GetBoolean());
    }

    [Theory]
    [InlineData("id[]={0}&id[]={1}", 2)]
    [InlineData("id%5B%5D={0}&id%5B%5D={1}", 2)]
    [InlineData("id={0}&id={1}", 2)]
    [InlineData("id={0}", 1)]
    [InlineData("id[]={0}&id[]={0}", 1)]
    [InlineData("id[]=nonsense&id[]={1}", 1)]
    public async Task A_list_may_have_brackets_or_not(string query, int expected)
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await fixture.SettledAsync();

        var answer = await alice.GetAsync("/api/v1/accounts/relationships?" + string.Format(System.Globalization.CultureInfo.InvariantCulture, query, bob.Id, carol.Id));

        Assert.Equal(expected, answer.Ok().Ids.Count);
    }

    [Fact]
    public async Task The_last_of_repeated_parameters_counts()
    {
        var alice = await fixture.People.AliceAsync();
        await alice.PostStatusesAsync(3);

        Assert.Single((await alice.GetAsync("/api/v1/timelines/home?limit=2&limit=1")).Ok().Ids);
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("{\"status\": \"a\",}", HttpStatusCode.BadRequest)]
    [InlineData("[1, 2]", HttpStatusCode.BadRequest)]
    [InlineData("\"text\"", HttpStatusCode.BadRequest)]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}", HttpStatusCode.BadRequest)]
    [InlineData("{\"status\": \"\\ud800\"}", HttpStatusCode.BadRequest)]
    [InlineData("{\"status\": \"a\\u0000b\"}", HttpStatusCode.OK)]
    [InlineData("{\"status\": \"Hello\", \"unknown\": {\"nested\": [1, {\"deep\": null}]}}", HttpStatusCode.OK)]
    [InlineData("{\"status\": 42, \"media_ids\": []}", HttpStatusCode.OK)]
    public async Task A_json_body_is_an_object_or_refused(string body, HttpStatusCode expected)
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.SendAsync(HttpMethod.Post, "/api/v1/statuses", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.True(expected == answer.Status, $"{(int)answer.Status} {answer.Text}");
        Assert.Equal(expected is HttpStatusCode.OK, answer.Error is null);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        var alice = await fixture.People.AliceAsync();
        var body = new ByteArrayContent([.. "{\"status\": \""u8, 0xC3, 0x28, .. "\"}"u8]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        var answer = await alice.SendAsync(HttpMethod.Post, "/api/v1/statuses", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.NotNull(answer.Error);
    }

    [Fact]
    public async Task Nul_characters_are_left_out_before_they_reach_the_database()
    {
        var alice = await fixture.People.AliceAsync();

        Assert.Equal(alice.Id, (await fixture.Nobody.GetAsync($"/api/v1/accounts/lookup?acct=%00{alice.Username}%00")).Ok().Id);
        Assert.Equal(HttpStatusCode.OK, (await alice.GetAsync("/api/v1/notifications?types[]=%00")).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_json_body_that_is_too_large_is_refused_whether_its_length_is_stated_or_not(bool chunked)
    {
        var alice = await fixture.People.AliceAsync();
        var body = new StringContent("{\"status\": \"" + new string('a', 1_100_000) + "\"}", Encoding.UTF8, "application/json");

        var answer = await alice.SendAsync(HttpMethod.Post, "/api/v1/statuses", chunked ? new Chunked(body) : body, AskFirst);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.NotNull(answer.Error);
    }

    [Fact]
    public async Task A_form_that_is_too_large_is_refused()
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.SendAsync(HttpMethod.Post, "/api/v1/statuses", new StringContent("status=" + new string('a', 5_000_000), Encoding.UTF8, "application/x-www-form-urlencoded"), AskFirst);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.NotNull(answer.Error);
    }

    [Theory]
    [InlineData(3_000, 1)]
    [InlineData(2, 100_000)]
    public async Task Too_many_fields_or_too_long_a_name_are_refused_before_they_cost_anything(int fields, int nameLength)
    {
        var name = new string('n', nameLength);
        var members = string.Join(',', Enumerable.Range(0, fields).Select(i => $"\"{i}\":1"));
        var json = "{\"" + name + "\":{" + members + "}}";

        var answer = await fixture.Nobody.SendAsync(HttpMethod.Post, "/api/v1/apps", new StringContent(json, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("The request has too many fields", answer.Error);
    }

    [Fact]
    public async Task A_broken_multipart_body_is_refused()
    {
        var alice = await fixture.People.AliceAsync();
        var body = new StringContent("this is no multipart body");
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=here");

        var answer = await alice.SendAsync(HttpMethod.Post, "/api/v1/statuses", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.NotNull(answer.Error);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    public async Task Another_type_of_body_is_refused(string type)
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.SendAsync(HttpMethod.Post, "/api/v1/statuses", new StringContent("Hello", Encoding.UTF8, type));

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "Send application/json, application/x-www-form-urlencoded or multipart/form-data"), (answer.Status, answer.Error));
    }

    /// <summary>Content of unknown length, so that it is sent in chunks.</summary>
    private sealed class Chunked : HttpContent
    {
        private readonly HttpContent _inner;

        public Chunked(HttpContent inner)
        {
            _inner = inner;
            Headers.ContentType = inner.Headers.ContentType;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _inner.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
