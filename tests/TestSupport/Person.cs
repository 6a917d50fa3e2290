using System.Globalization;
using System.Text.Json;

namespace Microblog.TestSupport;

/// <summary>Somebody with an account, and what they do with it.</summary>
/// <param name="address">Where the API is.</param>
/// <param name="token">The person's token.</param>
/// <param name="id">Id of the account.</param>
/// <param name="username">Name of the account.</param>
public sealed class Person(Uri address, string token, long id, string username) : Client(address, token)
{
    /// <summary>Id of the account.</summary>
    public long Id => id;

    /// <summary>Name of the account.</summary>
    public string Username => username;

    /// <summary>How others mention the person.</summary>
    public string Handle => $"@{username}";

    /// <summary>The same person through another process of the API.</summary>
    public Person At(Uri other) => new(other, Token!, id, username);

    /// <summary>Posts a status and returns its id.</summary>
    public async Task<long> PostAsync(string text, string visibility = "public", long? replyTo = null) =>
        (await PostAsync("/api/v1/statuses", new { status = text, visibility, in_reply_to_id = replyTo?.ToString(CultureInfo.InvariantCulture) })).Ok().Id;

    /// <summary>Posts several statuses and returns their ids, oldest first.</summary>
    public async Task<List<long>> PostStatusesAsync(int count, string text = "Number")
    {
        var ids = new List<long>(count);
        for (var i = 1; i <= count; i++)
        {
            ids.Add(await PostAsync($"{text} {i}"));
        }
        return ids;
    }

    /// <summary>Deletes a status of the person.</summary>
    public async Task<Answer> DeleteStatusAsync(long status) => (await DeleteAsync($"/api/v1/statuses/{status}")).Ok();

    /// <summary>Follows somebody.</summary>
    public async Task<Answer> FollowAsync(Person other) => (await SendAsync(HttpMethod.Post, $"/api/v1/accounts/{other.Id}/follow")).Ok();

    /// <summary>Ends a follow.</summary>
    public async Task<Answer> UnfollowAsync(Person other) => (await SendAsync(HttpMethod.Post, $"/api/v1/accounts/{other.Id}/unfollow")).Ok();

    /// <summary>Ids of a page of the person's home timeline.</summary>
    /// <param name="query">Query string without the question mark.</param>
    public async Task<List<long>> HomeIdsAsync(string query = "limit=40") => (await GetAsync($"/api/v1/timelines/home?{query}")).Ok().Ids;

    /// <summary>The person's notifications, newest first.</summary>
    public async Task<List<JsonElement>> NotificationsAsync(string query = "limit=80") => [.. (await GetAsync($"/api/v1/notifications?{query}")).Ok().Body.EnumerateArray()];

    /// <summary>The person's account as everybody sees it.</summary>
    public async Task<Answer> AccountAsync() => (await GetAsync($"/api/v1/accounts/{id}")).Ok();
}
