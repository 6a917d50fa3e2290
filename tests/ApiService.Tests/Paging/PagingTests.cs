using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Paging;

/// <summary>Every list pages the same way; the tables name the lists.</summary>
public sealed class PagingTests(PagingTests.Lists lists) : IClassFixture<PagingTests.Lists>
{
    /// <summary>Name of the list, its default limit, its largest.</summary>
    public static TheoryData<string, int, int> Names => new()
    {
        { "home", 20, 40 },
        { "public", 20, 40 },
        { "statuses", 20, 40 },
        { "followers", 40, 80 },
        { "following", 40, 80 },
        { "notifications", 40, 80 },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_page_has_the_default_limit_unless_another_is_asked_for_and_never_more_than_the_largest(string name, int normal, int largest)
    {
        var (path, truth) = lists[name];

        foreach (var (limit, expected) in new[] { ("", normal), ("limit=1", 1), ($"limit={largest}", largest), ($"limit={largest + 1}", largest), ("limit=100000", largest), ("limit=-5", 5), ("limit=0", normal), ("limit=x", normal) })
        {
            Assert.Equal(truth.Take(expected), Entries(await lists.Reader.GetAsync($"{path}?{limit}")));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Cursors_bound_the_page_as_documented(string name, int normal, int largest)
    {
        var (path, truth) = lists[name];
        var cursors = lists.Cursors(name);
        Assert.True(normal < largest);

        async Task<IEnumerable<long>> PageAsync(string query) => Entries(await lists.Reader.GetAsync($"{path}?limit=2&{query}"));

        Assert.Equal(truth[4..6], await PageAsync($"max_id={cursors[3]}"));
        Assert.Equal(truth[..2], await PageAsync($"since_id={cursors[5]}"));
        Assert.Equal(truth[..1], await PageAsync($"since_id={cursors[1]}"));
        Assert.Equal(truth[3..5], await PageAsync($"min_id={cursors[5]}"));
        Assert.Equal(truth[..1], await PageAsync($"min_id={cursors[1]}"));
        Assert.Equal(truth[4..6], await PageAsync($"max_id={cursors[3]}&min_id={cursors[6]}"));
        Assert.Equal(truth[4..5], await PageAsync($"max_id={cursors[3]}&since_id={cursors[5]}"));
        Assert.Equal(truth[3..5], await PageAsync($"min_id={cursors[5]}&since_id={cursors[1]}"));
        Assert.Empty(await PageAsync($"max_id={cursors[^1]}"));
        Assert.Empty(await PageAsync($"min_id={cursors[0]}"));
        Assert.Empty(await PageAsync($"since_id={cursors[0]}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Following_next_to_the_end_and_prev_back_to_the_start_shows_everything_once(string name, int normal, int largest)
    {
        var (path, truth) = lists[name];
        Assert.True(normal < largest);

        foreach (var limit in new[] { 7, 10, largest })
        {
            var down = await lists.Reader.PagesAsync($"{path}?limit={limit}");
            var up = await lists.Reader.PagesAsync($"{path}?limit={limit}&min_id=1", "prev");

            Assert.Equal(truth, down.SelectMany(page => page.Select(Entry)));
            Assert.All(down.SkipLast(1), page => Assert.Equal(limit, page.Count));
            Assert.Equal(truth, Enumerable.Reverse(up).SelectMany(page => page.Select(Entry)));
            Assert.All(up.SkipLast(1), page => Assert.Equal(limit, page.Count));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Next_comes_first_and_only_when_there_is_more(string name, int normal, int largest)
    {
        var (path, truth) = lists[name];
        Assert.True(normal < largest);

        var first = await lists.Reader.GetAsync($"{path}?limit=3");
        var exact = await lists.Reader.GetAsync($"{path}?limit=3&max_id={lists.Cursors(name)[truth.Count - 4]}");
        var empty = await lists.Reader.GetAsync($"{path}?max_id=1");

        Assert.Equal(["next", "prev"], first.Links.Select(link => link.Key));
        Assert.Equal(["prev"], exact.Links.Select(link => link.Key));
        Assert.Equal(3, exact.Body.GetArrayLength());
        Assert.Null(empty.Header("Link"));
        Assert.Empty(Entries(empty));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Links_are_absolute_and_keep_the_other_parameters(string name, int normal, int largest)
    {
        var (path, _) = lists[name];
        Assert.True(normal < largest);

        var answer = await lists.Reader.GetAsync($"{path}?limit=2&local=true&any[]=a%2Cb&any[]=c&since_id=1");

        var next = answer.Link("next")!;
        Assert.Equal(lists.Api.Address.Authority, next.Authority);
        Assert.Equal(path, next.AbsolutePath);
        Assert.Equal($"?limit=2&local=true&any%5B%5D=a%2Cb&any%5B%5D=c&max_id={lists.Cursors(name)[1]}", next.Query);
        Assert.EndsWith($"&min_id={lists.Cursors(name)[0]}", answer.Link("prev")!.Query);
        Assert.Equal(2, answer.Header("Link")!.Split(',').Length);
    }

    private static IEnumerable<long> Entries(Answer answer) => answer.Ok().Body.EnumerateArray().Select(Entry);

    private static long Entry(JsonElement entity) => Answer.IdOf(entity);

    /// <summary>Alice with 90 statuses, 90 followers, 90 followees and 90 notifications.</summary>
    public sealed class Lists(Backends backends) : ApiFixture(backends)
    {
        private const int Many = 90;

        private Dictionary<string, (string Path, List<long> Ids, List<long> Cursors)> _lists = [];

        /// <summary>Who reads.</summary>
        public Person Reader { get; private set; } = null!;

        /// <summary>Path and entries of a list, newest first.</summary>
        public (string Path, List<long> Truth) this[string name] => (_lists[name].Path, _lists[name].Ids);

        /// <summary>The cursors of the entries: the ids themselves, or those of the follows.</summary>
        public List<long> Cursors(string name) => _lists[name].Cursors;

        /// <inheritdoc/>
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            Reader = await People.AliceAsync();
            await Sandbox.ExecuteAsync(
                """
                INSERT INTO accounts (username) SELECT 'person_' || i FROM generate_series(1, @Many) i;
                INSERT INTO account_stats (account_id) SELECT id FROM accounts WHERE id <> @Id;
                INSERT INTO follows (account_id, target_id) SELECT id, @Id FROM accounts WHERE id <> @Id ORDER BY random();
                INSERT INTO follows (account_id, target_id) SELECT @Id, id FROM accounts WHERE id <> @Id ORDER BY random();
                INSERT INTO statuses (account_id, text, visibility) SELECT @Id, 'Number ' || i, 0 FROM generate_series(1, @Many) i;
                INSERT INTO notifications (account_id, type, from_account_id) SELECT @Id, 'follow', id FROM accounts WHERE id <> @Id ORDER BY random();
                """, new { Reader.Id, Many });
            var statuses = await Sandbox.ListAsync<long>("SELECT id FROM statuses ORDER BY id DESC");
            var notifications = await Sandbox.ListAsync<long>("SELECT id FROM notifications ORDER BY id DESC");
            var followers = await Sandbox.ListAsync<(long Account, long Cursor)>("SELECT account_id, id FROM follows WHERE target_id = @Id ORDER BY id DESC", new { Reader.Id });
            var following = await Sandbox.ListAsync<(long Account, long Cursor)>("SELECT target_id, id FROM follows WHERE account_id = @Id ORDER BY id DESC", new { Reader.Id });
            var account = $"/api/v1/accounts/{Reader.Id}";
            _lists = new()
            {
                ["home"] = ("/api/v1/timelines/home", statuses, statuses),
                ["public"] = ("/api/v1/timelines/public", statuses, statuses),
                ["statuses"] = ($"{account}/statuses", statuses, statuses),
                ["followers"] = ($"{account}/followers", [.. followers.Select(row => row.Account)], [.. followers.Select(row => row.Cursor)]),
                ["following"] = ($"{account}/following", [.. following.Select(row => row.Account)], [.. following.Select(row => row.Cursor)]),
                ["notifications"] = ("/api/v1/notifications", notifications, notifications),
            };
            await SettledAsync();
        }
    }
}
