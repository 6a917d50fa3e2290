using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Microblog.ApiService.Http;

/// <summary>
/// The parameters of a request, wherever the client put them: query, JSON, form or multipart. Clients differ per call, so
/// every endpoint takes all of them. Names follow Rails: <c>id[]=1&amp;id[]=2</c> is a list, <c>source[privacy]=</c> is nested, and
/// JSON is flattened to the same names.
/// </summary>
public sealed class RequestFields
{
    /// <summary>Longest body without files, in bytes; the server refuses longer ones with 413 while it reads them.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    private const string Password = "password";

    private const int MaxValues = 2000;

    private const int MaxName = 200;

    private static readonly JsonDocumentOptions JsonLimits = new() { MaxDepth = 8 };

    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _nulls = new(StringComparer.Ordinal);
    private readonly HashSet<string> _emptyLists = new(StringComparer.Ordinal);
    private IFormFileCollection? _files;
    private int _count;

    /// <summary>Binds a handler's parameter; a body that cannot be read ends the request with 400 or 415.</summary>
    public static async ValueTask<RequestFields?> BindAsync(HttpContext context)
    {
        if (context.Features.Get<RequestFields>() is { } known)
        {
            // A body can be read only once.
            return known;
        }
        var fields = new RequestFields();
        foreach (var (name, values) in context.Request.Query)
        {
            fields.Add(name, values);
        }
        var request = context.Request;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            // Many clients name a type with every request, also with those that have no body.
        }
        else if (request.HasFormContentType)
        {
            var form = await ReadFormAsync(request, context.RequestAborted);
            foreach (var (name, values) in form)
            {
                fields.Add(name, values);
            }
            fields._files = form.Files;
        }
        else if (request.HasJsonContentType())
        {
            if (request.ContentLength != 0)
            {
                await fields.AddJsonAsync(request, context.RequestAborted);
            }
        }
        else if (request.ContentLength > 0)
        {
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, "Send application/json, application/x-www-form-urlencoded or multipart/form-data");
        }
        context.Features.Set(fields);
        return fields;
    }

    /// <summary>
    /// Hands out all names and values in the order of the names, and of each file its names, length and a hash of its content. Passwords are
    /// kept back: what is made of the parts is quick to compute, so a password could be guessed from it.
    /// </summary>
    public async Task AppendToAsync(Action<string> append, CancellationToken cancellationToken)
    {
        foreach (var (name, values) in _values.Where(field => field.Key != Password).OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            append(name);
            values.ForEach(append);
        }
        foreach (var file in (_files ?? Enumerable.Empty<IFormFile>()).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            append(file.Name);
            append(file.FileName);
            append(file.Length.ToString(CultureInfo.InvariantCulture));
            await using var content = file.OpenReadStream();
            append(Convert.ToHexString(await SHA256.HashDataAsync(content, cancellationToken)));
        }
    }

    /// <summary>A file of a multipart form; null when none was sent. Large ones wait on disk until the request ends.</summary>
    public IFormFile? File(string name) => _files?.GetFile(name);

    /// <summary>True when the client sent the field, even if empty.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>True when the client asks for the field to be emptied: sent as JSON null or without text.</summary>
    public bool IsCleared(string name) => _nulls.Contains(name) || Text(name) is { Length: 0 };

    /// <summary>True when the client sent the list, even one with nothing in it.</summary>
    public bool HasList(string name) => _values.ContainsKey(name) || _emptyLists.Contains(name);

    /// <summary>The indices of a list of objects, such as the 0 of <c>name[0][member]</c>, in their order.</summary>
    public IReadOnlyList<string> Indices(string name) =>
    [
        .. _values.Keys.Where(key => key.Length > name.Length && key[name.Length] == '[' && key.StartsWith(name, StringComparison.Ordinal))
            .Select(key => key[(name.Length + 1)..].Split(']', 2)[0]).Distinct()
            .OrderBy(index => int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue),
    ];

    /// <summary>The field's text, or null when it was not sent. The last one counts when it was sent more than once.</summary>
    public string? Text(string name) => _values.TryGetValue(name, out var values) ? values[^1] : null;

    /// <summary>The field's values, whether sent with brackets or without.</summary>
    public IReadOnlyList<string> List(string name) => _values.TryGetValue(name, out var values) ? values : [];

    /// <summary>Ids of a list, each once; what is no id is left out, as it can name nothing.</summary>
    public long[] Ids(string name, int max) =>
        [.. List(name).Select(ParseId).OfType<long>().Distinct().Take(max)];

    /// <summary>A boolean as Rails reads it: everything but <c>false 0 f off</c> and nothing at all is true. Null when not sent.</summary>
    public bool? Flag(string name) => Text(name) switch
    {
        null or "" => null,
        var text => !(text.ToLowerInvariant() is "false" or "0" or "f" or "off"),
    };

    /// <summary>
    /// An id; null when it was not sent or is none, as with <c>max_id=undefined</c>, which clients send and Mastodon forgives. A number beyond
    /// 64 bits is above every id: as a cursor it bounds accordingly, and as a name it names nothing.
    /// </summary>
    public long? Id(string name) => ParseId(Text(name));

    /// <summary>A whole number; null when it was not sent or is none.</summary>
    public int? Number(string name) => int.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? ParseId(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
        : text is { Length: > 0 } && text.All(char.IsAsciiDigit) ? long.MaxValue
        : null;

    private static async Task<IFormCollection> ReadFormAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFormAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, $"The request body is not a valid form: {exception.Message}");
        }
    }

    private void Add(string name, StringValues values)
    {
        foreach (var value in values)
        {
            Add(name, value ?? "");
        }
    }

    private void Add(string name, string value)
    {
        // PostgreSQL has no text with NUL in it.
        value = value.Replace("\0", "", StringComparison.Ordinal);
        var key = name.EndsWith("[]", StringComparison.Ordinal) ? name[..^2] : name;
        if (key.Length > MaxName || ++_count > MaxValues)
        {
            throw TooManyFields();
        }
        if (_values.TryGetValue(key, out var values))
        {
            values.Add(value);
        }
        else
        {
            _values[key] = [value];
        }
    }

    private static ApiException TooManyFields() =>
        new(StatusCodes.Status400BadRequest, $"The request has too many fields (maximum is {MaxValues}), or one with too long a name (maximum is {MaxName} characters)");

    private async Task AddJsonAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, JsonLimits, cancellationToken);
            if (body.RootElement.ValueKind is not JsonValueKind.Object)
            {
                throw new ApiException(StatusCodes.Status400BadRequest, "The request body must be a JSON object");
            }
            foreach (var property in body.RootElement.EnumerateObject())
            {
                Flatten(property.Name, property.Value);
            }
        }
        catch (InvalidOperationException)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "The request body contains text that is not valid Unicode");
        }
        catch (JsonException exception)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, $"The request body is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})");
        }
    }

    private void Flatten(string name, JsonElement value)
    {
        // Before the name is repeated for each of its parts.
        if (name.Length > MaxName)
        {
            throw TooManyFields();
        }
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    Flatten($"{name}[{property.Name}]", property.Value);
                }
                break;
            case JsonValueKind.Array when value.GetArrayLength() == 0:
                _emptyLists.Add(name);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Flatten(item.ValueKind is JsonValueKind.Object ? $"{name}[{index++}]" : name, item);
                }
                break;
            case JsonValueKind.Null:
                _nulls.Add(name);
                break;
            default:
                Add(name, value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText());
                break;
        }
    }
}
