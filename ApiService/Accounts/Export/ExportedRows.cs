using System.Text.Json.Serialization;

namespace Microblog.ApiService.Accounts.Export;

/// <summary>An account that the owner follows, mutes and so on, with what belongs to that.</summary>
public sealed class ExportedAccount
{
    /// <summary>Cursor; of no use to anybody else.</summary>
    [JsonIgnore]
    public long Id { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyName("acct")]
    public string Username { get; init; } = "";

    /// <summary>Follows: whether reblogs are shown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? ShowReblogs { get; init; }

    /// <summary>Follows: whether each status notifies.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Notify { get; init; }

    /// <summary>Follows: only statuses in these languages.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Languages { get; init; }

    /// <summary>Mutes: whether notifications are hidden too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? HideNotifications { get; init; }

    /// <summary>Mutes: until when.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? ExpiresAt { get; init; }
}

/// <summary>A status that the owner bookmarked or favoured.</summary>
/// <param name="Id">Cursor; of no use to anybody else.</param>
/// <param name="Url">Where the status is.</param>
public sealed record ExportedLink([property: JsonIgnore] long Id, string Url);

/// <summary>A list with its members.</summary>
public sealed record ExportedList(string Title, string RepliesPolicy, bool Exclusive, string[] Members);
