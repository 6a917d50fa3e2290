using Microblog.ApiService.Timelines;
using Microblog.Contracts;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Timelines;

/// <summary>A home with everything in it: reblogs within and beyond their window, mutes, blocks, languages, exclusive lists, followed hashtags. It is paged to its very end and compared with the truth.</summary>
public sealed class HomeMixtureTests(HomeMixtureTests.Community community) : IClassFixture<HomeMixtureTests.Community>
{
    private HomeTimeline Home => field ??= new HomeTimeline(community.Sandbox.Cache);

    [Fact]
    public async Task A_cold_home_shows_the_truth_to_its_end()
    {
        await Home.DropAsync(community.Reader.Id);

        await HomeTruth.CheckAsync(community.Sandbox, community.Reader);
    }

    [Fact]
    public async Task A_cached_home_shows_the_truth_to_its_end()
    {
        await BuildAsync();

        await HomeTruth.CheckAsync(community.Sandbox, community.Reader);
    }

    [Fact]
    public async Task What_the_reader_no_longer_wants_is_gone_at_once_and_comes_back_as_it_was()
    {
        await BuildAsync();
        var before = await HomeTruth.OfAsync(community.Sandbox, community.Reader);

        await ChangeAsync(
            """
            INSERT INTO mutes (account_id, target_id) VALUES (@Reader, @A);
            INSERT INTO blocks (account_id, target_id) VALUES (@B, @Reader);
            UPDATE follows SET show_reblogs = false WHERE account_id = @Reader AND target_id = @C;
            UPDATE follows SET languages = '{de}' WHERE account_id = @Reader AND target_id = @D;
            """);
        var between = await HomeTruth.OfAsync(community.Sandbox, community.Reader);
        await HomeTruth.CheckAsync(community.Sandbox, community.Reader, 40);
        await ChangeAsync(
            """
            DELETE FROM mutes WHERE account_id = @Reader AND target_id = @A;
            DELETE FROM blocks WHERE account_id = @B AND target_id = @Reader;
            UPDATE follows SET show_reblogs = true WHERE account_id = @Reader AND target_id = @C;
            UPDATE follows SET languages = NULL WHERE account_id = @Reader AND target_id = @D;
            """);

        Assert.True(between.Count < before.Count - 100);
        Assert.Equal(before, await HomeTruth.OfAsync(community.Sandbox, community.Reader));
        await HomeTruth.CheckAsync(community.Sandbox, community.Reader, 40);
    }

    private async Task ChangeAsync(string sql)
    {
        await community.Sandbox.ExecuteAsync(sql, new { Reader = community.Reader.Id, A = community.Friends[0].Id, B = community.Friends[1].Id, C = community.Friends[2].Id, D = community.Friends[3].Id });
        await community.SettledAsync();
    }

    private async Task BuildAsync()
    {
        await Home.DropAsync(community.Reader.Id);
        Assert.True(await community.Api.Get<TimelineBuilder>().BuildHomeAsync(community.Reader.Id, CancellationToken.None));
    }

    /// <summary>A reader, nine whom the reader follows in different ways, and three strangers; their statuses of three weeks.</summary>
    public sealed class Community(Backends backends) : ApiFixture(backends)
    {
        private const int Statuses = 3000;

        /// <summary>Whose home is read.</summary>
        public Person Reader { get; private set; } = null!;

        /// <summary>Whom the reader follows.</summary>
        public IReadOnlyList<Person> Friends { get; private set; } = null!;

        /// <inheritdoc/>
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            var people = await Task.WhenAll(Enumerable.Range(0, 13).Select(_ => People.SignUpAsync("person")));
            Reader = people[0];
            Friends = people[1..10];
            foreach (var friend in Friends)
            {
                await Reader.FollowAsync(friend);
            }
            await FillAsync([.. people.Select(person => person.Id)]);
            await Sandbox.ExecuteAsync(
                """
                UPDATE follows SET show_reblogs = false WHERE account_id = @Reader AND target_id = @F4;
                UPDATE follows SET languages = '{en,fr}' WHERE account_id = @Reader AND target_id = @F5;
                INSERT INTO mutes (account_id, target_id) VALUES (@Reader, @F6);
                INSERT INTO mutes (account_id, target_id, expires_at) VALUES (@Reader, @F7, now() - interval '1 minute');
                INSERT INTO blocks (account_id, target_id) VALUES (@Reader, @S1), (@S2, @Reader);
                INSERT INTO tag_follows (account_id, hashtag) VALUES (@Reader, 'cats');
                INSERT INTO lists (account_id, id, title, exclusive) VALUES (@Reader, 1, 'Apart', true), (@Reader, 2, 'Not apart', false);
                INSERT INTO list_accounts (account_id, list_id, target_id) VALUES (@Reader, 1, @F8), (@Reader, 2, @F7);
                """,
                new { Reader = Reader.Id, F4 = people[5].Id, F5 = people[6].Id, F6 = people[7].Id, F7 = people[8].Id, F8 = people[9].Id, S1 = people[10].Id, S2 = people[11].Id });
            await SettledAsync();
            Assert.True((await HomeTruth.OfAsync(Sandbox, Reader)).Count > HomeTimeline.DefaultMaxItems + 100);
        }

        /// <summary>Statuses ten minutes apart, chosen by dice that fall the same way each time.</summary>
        private async Task FillAsync(long[] people)
        {
            var dice = new Random(42);
            var start = DateTimeOffset.UtcNow.AddMinutes(-10 * Statuses).ToUnixTimeMilliseconds();
            var rows = new List<Row>();
            var originals = new List<Row>();
            var reblogged = new HashSet<(long, long)>();
            for (var i = 0; i < Statuses; i++)
            {
                // A reader writes little.
                var author = dice.Next(20) == 0 ? people[0] : people[1 + dice.Next(people.Length - 1)];
                var id = ((start + (i * 600_000L)) << 16) | (long)i;
                if (dice.Next(4) == 0 && originals.Count > 0)
                {
                    // Most are of today, some of long ago.
                    var original = originals[dice.Next(3) == 0 ? dice.Next(originals.Count) : originals.Count - 1 - dice.Next(Math.Min(100, originals.Count))];
                    if (reblogged.Add((original.Id, author)))
                    {
                        rows.Add(new Row(id, author, 0, null, null, original.Id, original.Author, null, null));
                        continue;
                    }
                }
                var row = new Row(
                    id, author, (short)(dice.Next(10) switch { 0 => 3, 1 => 2, 2 => 1, _ => 0 }), dice.Next(3) switch { 0 => "en", 1 => "de", _ => null },
                    dice.Next(5) == 0 ? people[dice.Next(people.Length)] : null, null, null,
                    dice.Next(6) == 0 ? people[dice.Next(people.Length)] : null, dice.Next(8) switch { 0 => "cats", 1 => "dogs", _ => null });
                rows.Add(row);
                if (row.Visibility < 2)
                {
                    originals.Add(row);
                }
            }
            await Sandbox.ExecuteAsync(
                """
                INSERT INTO statuses (id, account_id, text, visibility, language, in_reply_to_account_id, reblog_of_id, reblog_of_account_id, created_at)
                SELECT r.id, r.author, 'Text', r.visibility, r.language, r.answered, r.original, r.original_author, to_timestamp((r.id >> 16) / 1000.0)
                FROM unnest(@ids, @authors, @visibilities, @languages, @answered, @originals, @originalAuthors) r (id, author, visibility, language, answered, original, original_author);
                INSERT INTO mentions (account_id, status_id) SELECT m.account, m.id FROM unnest(@mentioned, @ids) m (account, id) WHERE m.account IS NOT NULL;
                INSERT INTO status_hashtags (hashtag, status_id, account_id) SELECT h.tag, h.id, h.author FROM unnest(@tags, @ids, @authors) h (tag, id, author) WHERE h.tag IS NOT NULL;
                """,
                new
                {
                    ids = rows.Select(row => row.Id).ToArray(),
                    authors = rows.Select(row => row.Author).ToArray(),
                    visibilities = rows.Select(row => row.Visibility).ToArray(),
                    languages = rows.Select(row => row.Language).ToArray(),
                    answered = rows.Select(row => row.Answered).ToArray(),
                    originals = rows.Select(row => row.Original).ToArray(),
                    originalAuthors = rows.Select(row => row.OriginalAuthor).ToArray(),
                    mentioned = rows.Select(row => row.Mentioned).ToArray(),
                    tags = rows.Select(row => row.Tag).ToArray(),
                });
        }

        private sealed record Row(long Id, long Author, short Visibility, string? Language, long? Answered, long? Original, long? OriginalAuthor, long? Mentioned, string? Tag);
    }
}
