using System.Text.Json;
using Microblog.ApiService.Http;
using Microblog.ApiService.Quotes;
using Microblog.ApiService.Statuses;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Accounts;

/// <summary>https://docs.joinmastodon.org/entities/Account/ without what another server would have.</summary>
public record AccountEntity(
    string Id, string Username, string Acct, string DisplayName, bool Locked, bool Bot, bool Discoverable, bool Indexable, bool Group,
    DateTime CreatedAt, string Note, string Url, string Uri, string Avatar, string AvatarStatic, string Header, string HeaderStatic,
    long FollowersCount, long FollowingCount, long StatusesCount, string? LastStatusAt, bool HideCollections,
    IReadOnlyList<EmptyBody> Emojis, IReadOnlyList<AccountField> Fields, IReadOnlyList<AccountBadge> Roles);

/// <summary>https://docs.joinmastodon.org/entities/Account/#CredentialAccount</summary>
public sealed record CredentialAccountEntity : AccountEntity
{
    /// <summary>Adds to an account what only its owner sees.</summary>
    public CredentialAccountEntity(AccountEntity account, AccountSource source, AccountRole role) : base(account) => (Source, Role) = (source, role);

    /// <summary>What the owner edits.</summary>
    public AccountSource Source { get; }

    /// <summary>What the owner may do on this server.</summary>
    public AccountRole Role { get; }
}

/// <summary>What the owner edits, as opposed to what is shown.</summary>
public sealed record AccountSource(
    string Privacy, bool Sensitive, string? Language, string Note, IReadOnlyList<AccountField> Fields, int FollowRequestsCount, bool HideCollections, bool Discoverable, bool Indexable,
    string QuotePolicy)
{
    /// <summary>Sites that may name the account as an author in previews of links. There are no such previews here.</summary>
    public IReadOnlyList<string> AttributionDomains { get; } = [];
}

/// <summary>A line of a profile.</summary>
public sealed record AccountField(string Name, string Value, DateTime? VerifiedAt);

/// <summary>A role as everybody sees it beside the name of its bearer.</summary>
public sealed record AccountBadge(string Id, string Name, string Color);

/// <summary>https://docs.joinmastodon.org/entities/Role/</summary>
public sealed record AccountRole(string Id, string Name, string Permissions, string Color, bool Highlighted)
{
    /// <summary>What everybody is.</summary>
    public static AccountRole User { get; } = new("-99", "", "0", "", false);

    /// <summary>Handles reports and limits or suspends accounts (permissions: manage users and reports).</summary>
    public static AccountRole Moderator { get; } = new("1", "Moderator", "1040", "", true);

    /// <summary>As a moderator, moderators included (permission: administrator).</summary>
    public static AccountRole Administrator { get; } = new("2", "Administrator", "1", "", true);

    /// <summary>What others see of it.</summary>
    public AccountBadge ToBadge() => new(Id, Name, Color);

    /// <summary>The role by its stored number.</summary>
    public static AccountRole Of(short role) => role switch
    {
        0 => User,
        1 => Moderator,
        _ => Administrator,
    };
}

/// <summary>An account as read from the database.</summary>
public sealed record AccountRow(
    long Id, string Username, string DisplayName, string Note, bool Locked, bool Bot, bool Discoverable, bool Indexable, bool HideCollections,
    short DefaultPrivacy, bool DefaultSensitive, short DefaultQuotePolicy, string? Language, string Fields, short Role, string? AvatarKey, string? HeaderKey, DateTime CreatedAt,
    long StatusesCount, long FollowersCount, long FollowingCount, DateTime? LastStatusAt)
{
    /// <summary>Columns of this record, for a query with <c>accounts a</c> and <c>account_stats t</c>.</summary>
    public const string Columns =
        """
        a.id, a.username, a.display_name, a.note, a.locked, a.bot, a.discoverable, a.indexable, a.hide_collections,
        a.default_privacy, a.default_sensitive, a.default_quote_policy, a.language, a.fields::text AS fields, a.role, a.avatar_key, a.header_key, a.created_at,
        t.statuses_count, t.followers_count, t.following_count, t.last_status_at::timestamp AS last_status_at
        """;

    /// <summary>Most people have no fields, and accounts are rendered with each status.</summary>
    private const string NoFields = "[]";

    /// <summary>The lines of the profile as they were written.</summary>
    public IReadOnlyList<AccountField> ParsedFields() => Fields == NoFields ? [] : JsonSerializer.Deserialize(Fields, ApiJson.Default.IReadOnlyListAccountField) ?? [];

    /// <summary>The account as the API shows it to everybody.</summary>
    public AccountEntity ToEntity(string baseUrl) => new(
        Id.ToApi(), Username, Acct: Username, DisplayName, Locked, Bot, Discoverable, Indexable, Group: false,
        CreatedAt.Date, AccountHtml.Note(Note, baseUrl), $"{baseUrl}/@{Username}", $"{baseUrl}/users/{Username}",
        Image(baseUrl, AvatarKey, "avatars"), Image(baseUrl, AvatarKey, "avatars"), Image(baseUrl, HeaderKey, "headers"), Image(baseUrl, HeaderKey, "headers"),
        FollowersCount, FollowingCount, StatusesCount, LastStatusAt?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), HideCollections,
        [], [.. ParsedFields().Select(field => field with { Value = AccountHtml.FieldValue(field.Value, baseUrl) })], Role == 0 ? [] : [AccountRole.Of(Role).ToBadge()]);

    /// <summary>The account as the API shows it to its owner.</summary>
    public CredentialAccountEntity ToCredentialEntity(string baseUrl, int followRequests = 0) => new(
        ToEntity(baseUrl),
        new AccountSource(((Visibility)DefaultPrivacy).ToApi(), DefaultSensitive, Language, Note, ParsedFields(), followRequests, HideCollections, Discoverable, Indexable,
            ((QuotePolicy)DefaultQuotePolicy).ToApi()),
        AccountRole.Of(Role));

    /// <summary>Pictures of profiles are always still, so the static one is the same.</summary>
    private static string Image(string baseUrl, string? key, string kind) => key is null ? $"{baseUrl}/{kind}/original/missing.png" : $"{baseUrl}/media/{key}";
}
