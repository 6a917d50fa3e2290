using System.Globalization;
using Microblog.ApiService.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Microblog.ApiService.Paging;

/// <summary>Paging by position, for lists that are ranked and therefore have no id to go on from. Bounded, because what is passed over is read too.</summary>
public sealed class OffsetPage
{
    /// <summary>As deep as such a list goes.</summary>
    public const int MaxOffset = 10_000;

    private readonly HttpContext _context;

    private OffsetPage(HttpContext context, RequestFields fields, int defaultLimit, int maxLimit)
    {
        _context = context;
        Offset = Math.Clamp(fields.Number("offset") ?? 0, 0, MaxOffset);
        Limit = fields.Number("limit") is { } limit and not 0 ? (int)Math.Clamp(Math.Abs((long)limit), 1, maxLimit) : defaultLimit;
    }

    /// <summary>Items to pass over.</summary>
    public int Offset { get; }

    /// <summary>Most items of the page.</summary>
    public int Limit { get; }

    /// <summary>One more than the limit, to learn whether a further page exists; none beyond the end of what is served.</summary>
    public int Take => Offset >= MaxOffset ? 0 : Limit + 1;

    /// <summary>Reads the paging parameters of a request. What is out of range is brought into it.</summary>
    public static OffsetPage Of(HttpContext context, RequestFields fields, int defaultLimit, int maxLimit) => new(context, fields, defaultLimit, maxLimit);

    /// <summary>Cuts what was read with <see cref="Take"/> to the page, and states its neighbours in the <c>Link</c> header.</summary>
    public IReadOnlyList<T> Finish<T>(IReadOnlyList<T> read)
    {
        List<string> links = [];
        if (read.Count > Limit)
        {
            links.Add($"<{Url(Offset + Limit)}>; rel=\"next\"");
        }
        if (Offset > 0)
        {
            links.Add($"<{Url(Math.Max(0, Offset - Limit))}>; rel=\"prev\"");
        }
        if (links.Count > 0)
        {
            _context.Response.Headers.Link = string.Join(", ", links);
        }
        return read.Count > Limit ? [.. read.Take(Limit)] : read;
    }

    private string Url(int offset)
    {
        var request = _context.Request;
        var query = new QueryBuilder(request.Query.Where(field => field.Key is not "offset").SelectMany(field => field.Value, (field, value) => KeyValuePair.Create(field.Key, value ?? "")));
        query.Add("offset", offset.ToString(CultureInfo.InvariantCulture));
        // A client splits the header at commas.
        return BaseUrl.Of(_context) + request.PathBase + request.Path + query.ToString().Replace(",", "%2C", StringComparison.Ordinal);
    }
}
