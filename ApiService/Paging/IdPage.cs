using System.Globalization;
using Microblog.ApiService.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Microblog.ApiService.Paging;

/// <summary>
/// Keyset paging as the API defines it (https://docs.joinmastodon.org/api/guidelines/#pagination): ids below
/// <c>max_id</c> and above <c>since_id</c>, newest first; <c>min_id</c> asks for the page right above the cursor instead.
/// </summary>
public sealed class IdPage
{
    private readonly HttpContext _context;
    private readonly bool _upwards;

    private IdPage(HttpContext context, RequestFields fields, int defaultLimit, int maxLimit)
    {
        _context = context;
        Max = fields.Id("max_id") ?? long.MaxValue;
        _upwards = fields.Id("min_id") is not null;
        Min = fields.Id("min_id") ?? fields.Id("since_id") ?? 0;
        Limit = Math.Clamp(Math.Abs((long)(fields.Number("limit") ?? defaultLimit)) is var limit and > 0 ? (int)Math.Min(limit, maxLimit) : defaultLimit, 1, maxLimit);
    }

    /// <summary>Exclusive upper bound.</summary>
    public long Max { get; }

    /// <summary>Exclusive lower bound.</summary>
    public long Min { get; }

    /// <summary>Most items of the page.</summary>
    public int Limit { get; }

    /// <summary>One more than the limit, to learn whether a further page exists.</summary>
    public int Take => Limit + 1;

    /// <summary>True for <c>min_id</c>: the page is read from the cursor upwards.</summary>
    public bool IsUpwards => _upwards;

    /// <summary>SQL keyword for the direction to read in; a constant, never a client's text.</summary>
    public string Order => _upwards ? "ASC" : "DESC";

    /// <summary>Reads the paging parameters of a request. A limit out of range is brought into it, as the API does.</summary>
    public static IdPage Of(HttpContext context, RequestFields fields, int defaultLimit = 20, int maxLimit = 40) =>
        new(context, fields, defaultLimit, maxLimit);

    /// <summary>
    /// Cuts what was read with <see cref="Take"/> in <see cref="Order"/> to the page, newest first, and states its neighbours in
    /// the <c>Link</c> header: <c>next</c> (older) only when there is more, so that no client asks in vain.
    /// </summary>
    public IReadOnlyList<T> Finish<T>(IReadOnlyList<T> read, Func<T, long> id)
    {
        var more = read.Count > Limit;
        IEnumerable<T> page = more ? read.Take(Limit) : read;
        var items = (_upwards ? page.Reverse() : page).ToList();
        if (items.Count > 0)
        {
            // Paging upwards the extra row lies above the page; that the cursor itself is older says that there is more below.
            WriteLinks(next: more || _upwards ? id(items[^1]) : null, previous: id(items[0]));
        }
        return items;
    }

    private void WriteLinks(long? next, long previous)
    {
        var links = $"<{Url("min_id", previous)}>; rel=\"prev\"";
        // next comes first: a client anchors its expression there.
        _context.Response.Headers.Link = next is { } last ? $"<{Url("max_id", last)}>; rel=\"next\", {links}" : links;
    }

    private string Url(string cursor, long id)
    {
        var request = _context.Request;
        var query = new QueryBuilder();
        foreach (var (name, values) in request.Query)
        {
            if (name is not ("max_id" or "min_id" or "since_id"))
            {
                foreach (var value in values)
                {
                    query.Add(name, value ?? "");
                }
            }
        }
        query.Add(cursor, id.ToString(CultureInfo.InvariantCulture));
        // A client splits the header at commas.
        return BaseUrl.Of(_context) + request.PathBase + request.Path + query.ToString().Replace(",", "%2C", StringComparison.Ordinal);
    }
}
