using System.Net.Http.Json;

namespace Microblog.TestSupport;

/// <summary>What people do to each other in tests.</summary>
public static class Relation
{
    /// <summary>An action on somebody's account, such as <c>block</c>; the answer as it came.</summary>
    public static Task<Answer> DoAsync(this Person person, string action, Person other, object? fields = null) => person.PostAsync($"/api/v1/accounts/{other.Id}/{action}", fields);

    /// <summary>How the person stands to somebody.</summary>
    public static async Task<Answer> RelationshipAsync(this Person person, Person other)
    {
        var answer = (await person.GetAsync($"/api/v1/accounts/relationships?id[]={other.Id}")).Ok();
        return answer with { Body = answer.Body[0] };
    }

    /// <summary>Changes the person's profile.</summary>
    public static Task<Answer> UpdateAsync(this Person person, object fields) => person.SendAsync(HttpMethod.Patch, "/api/v1/accounts/update_credentials", JsonContent.Create(fields));

    /// <summary>Followers and follows as the account's counters have them.</summary>
    public static async Task<(long Followers, long Following)> CountsAsync(this Person person)
    {
        var account = await person.AccountAsync();
        return (account["followers_count"].GetInt64(), account["following_count"].GetInt64());
    }

    /// <summary>True when the member of the answer is true.</summary>
    public static bool Is(this Answer answer, string name) => answer[name].GetBoolean();
}
