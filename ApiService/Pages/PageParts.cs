using Microblog.ApiService.Accounts;
using Microblog.ApiService.Statuses;

namespace Microblog.ApiService.Pages;

/// <summary>Parts of the public pages. An entity's <c>content</c> and <c>note</c> are HTML already; everything else is escaped here.</summary>
internal static class PageParts
{
    /// <summary>How an account is called.</summary>
    public static string NameOf(AccountEntity account) => account.DisplayName.Length > 0 ? account.DisplayName : account.Username;

    /// <summary>An account at the top of its page.</summary>
    public static string Profile(AccountEntity account, string host) =>
        $"""
        <section class="profile">
        <img class="avatar" src="{Html.Text(account.AvatarStatic)}" alt="" width="96" height="96">
        <h1>{Html.Text(NameOf(account))}</h1>
        <p class="handle">@{Html.Text(account.Username)}@{Html.Text(host)}</p>
        <div class="note">{account.Note}</div>
        {Fields(account)}
        <p class="counts">{Count(account.StatusesCount, "post", "posts")} · {account.FollowingCount} following · {Count(account.FollowersCount, "follower", "followers")}</p>
        </section>
        """;

    /// <summary>Statuses, and a link to what follows.</summary>
    public static string Statuses(IReadOnlyList<StatusEntity> statuses, string? next) =>
        (statuses.Count == 0 ? "<p>Nothing here yet.</p>" : string.Join('\n', statuses.Select(status => Status(status, "h2"))))
        + (next is null ? "" : $"\n<p><a class=\"more\" rel=\"next\" href=\"{Html.Text(next)}\">Older posts</a></p>");

    /// <summary>One status; a content warning is opened by the reader, without a script.</summary>
    public static string Status(StatusEntity status, string heading) =>
        $"""
        <article class="status">
        <{heading}><img class="avatar" src="{Html.Text(status.Account.AvatarStatic)}" alt="" width="48" height="48"><a href="{Html.Text(status.Account.Url)}">{Html.Text(NameOf(status.Account))} <span class="handle">@{Html.Text(status.Account.Username)}</span></a></{heading}>
        {Warned(status, $"<div class=\"content\"{Language(status)}>{status.Content}</div>{Poll(status)}{Media(status)}")}
        <p class="counts"><a href="{Html.Text(status.Url)}">{Html.Time(status.CreatedAt)}</a>{(status.EditedAt is null ? "" : " (edited)")} · {Count(status.RepliesCount, "reply", "replies")} · {Count(status.ReblogsCount, "reblog", "reblogs")} · {Count(status.FavouritesCount, "favourite", "favourites")}</p>
        </article>
        """;

    private static string Warned(StatusEntity status, string content) =>
        status.SpoilerText.Length == 0 ? content : $"<details><summary>{Html.Text(status.SpoilerText)}</summary>{content}</details>";

    private static string Count(long count, string one, string many) => $"{count} {(count == 1 ? one : many)}";

    /// <summary>Pictures as previews that lead to the whole; without a warning around them, sensitive ones wait until the reader asks.</summary>
    private static string Media(StatusEntity status)
    {
        if (status.MediaAttachments.Count == 0)
        {
            return "";
        }
        var pictures = string.Concat(status.MediaAttachments.Select(media =>
            $"<a href=\"{Html.Text(media.Url)}\"><img src=\"{Html.Text(media.PreviewUrl)}\" alt=\"{Html.Text(media.Description)}\" width=\"{media.Meta.Small.Width}\" height=\"{media.Meta.Small.Height}\" loading=\"lazy\"></a>"));
        var shown = $"<div class=\"media\">{pictures}</div>";
        return status.Sensitive && status.SpoilerText.Length == 0 ? $"<details><summary>Sensitive pictures</summary>{shown}</details>" : shown;
    }

    private static string Language(StatusEntity status) => status.Language is { } code ? $" lang=\"{Html.Text(code)}\"" : "";

    private static string Poll(StatusEntity status) => status.Poll is not { } poll ? "" :
        $"<ul class=\"poll\">{string.Concat(poll.Options.Select(option => $"<li>{Html.Text(option.Title)}{(option.VotesCount is { } votes ? $" <b>{votes}</b>" : "")}</li>"))}</ul>";

    private static string Fields(AccountEntity account) => account.Fields.Count == 0 ? "" :
        $"<dl>{string.Concat(account.Fields.Select(field => $"<dt>{Html.Text(field.Name)}</dt><dd>{field.Value}</dd>"))}</dl>";
}
