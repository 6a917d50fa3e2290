using Microblog.ApiService.Paging;

namespace Microblog.ApiService.OpenApi;

/// <summary>What a parameter holds.</summary>
public enum ParameterKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>An id, a string of digits.</summary>
    Id,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A time, ISO 8601.</summary>
    Time,

    /// <summary>A file; makes the body multipart.</summary>
    File,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>A list of ids.</summary>
    Ids,

    /// <summary>A list of whole numbers.</summary>
    Numbers,

    /// <summary>A list of objects, in JSON; a form writes <c>name[0][member]</c>.</summary>
    Objects,
}

/// <summary>Where a parameter is.</summary>
public enum ParameterPlace
{
    /// <summary>In the path.</summary>
    Path,

    /// <summary>In the query string.</summary>
    Query,

    /// <summary>In a header.</summary>
    Header,

    /// <summary>A field of the body, JSON or form.</summary>
    Body,
}

/// <summary>A parameter of an operation. <paramref name="Min"/> and <paramref name="Max"/> bound a number, the length of a text, or the items of a list.</summary>
public sealed record ParameterDescription(
    string Name, ParameterPlace Place, string Description, ParameterKind Kind, bool Required, long? Min, long? Max, object? ByDefault, string[] OneOf, object? Example);

/// <summary>What a route says about itself; see <see cref="OpenApi.Description"/>.</summary>
public sealed class OperationDescription(string summary, string description)
{
    private readonly List<ParameterDescription> _parameters = [];
    private readonly SortedDictionary<int, string> _errors = [];

    /// <summary>A few words.</summary>
    public string Summary => summary;

    /// <summary>What it does; Markdown.</summary>
    public string Text => description;

    /// <summary>The parameters, ids in the path apart.</summary>
    public IReadOnlyList<ParameterDescription> Parameters => _parameters;

    /// <summary>What errors mean here, by status.</summary>
    public IReadOnlyDictionary<int, string> Errors => _errors;

    /// <summary>True when it is meant to be used without a token.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>True when its answer is a page of a list.</summary>
    public bool IsPaged { get; private set; }

    /// <summary>What a success answers.</summary>
    public string? Answer { get; private set; }

    /// <summary>No token is needed; one may show more.</summary>
    public OperationDescription Open()
    {
        IsOpen = true;
        return this;
    }

    /// <summary>What a success answers, in words.</summary>
    public OperationDescription Returns(string answer)
    {
        Answer = answer;
        return this;
    }

    /// <summary>A part of the path that is not an id.</summary>
    public OperationDescription Path(string name, string text, ParameterKind kind = ParameterKind.Text, object? example = null, params string[] oneOf) =>
        Add(new(name, ParameterPlace.Path, text, kind, Required: true, null, null, null, oneOf, example));

    /// <summary>A parameter in the query string.</summary>
    public OperationDescription Query(
        string name, string text, ParameterKind kind = ParameterKind.Text, bool required = false, long? min = null, long? max = null, object? byDefault = null, object? example = null, params string[] oneOf) =>
        Add(new(name, ParameterPlace.Query, text, kind, required, min, max, byDefault, oneOf, example));

    /// <summary>A header.</summary>
    public OperationDescription Header(string name, string text, bool required = false, long? max = null, object? example = null) =>
        Add(new(name, ParameterPlace.Header, text, ParameterKind.Text, required, null, max, null, [], example));

    /// <summary>A field of the body.</summary>
    public OperationDescription Body(
        string name, string text, ParameterKind kind = ParameterKind.Text, bool required = false, long? min = null, long? max = null, object? byDefault = null, object? example = null, params string[] oneOf) =>
        Add(new(name, ParameterPlace.Body, text, kind, required, min, max, byDefault, oneOf, example));

    /// <summary>An error that means something particular here.</summary>
    public OperationDescription Error(int status, string text)
    {
        _errors[status] = text;
        return this;
    }

    /// <summary>A list read page by page, newest first.</summary>
    /// <param name="byDefault">Items of a page when the client does not say.</param>
    /// <param name="max">Most items of a page.</param>
    public OperationDescription Paged(int byDefault, int max)
    {
        IsPaged = true;
        return Query("limit", "Most items to return. More than the maximum counts as the maximum.", ParameterKind.Number, min: 1, max: max, byDefault: byDefault, example: byDefault)
            .Query("max_id", "Only items older than this one. The cursors of further pages are in the `Link` header.", ParameterKind.Id, example: "115548829612032000")
            .Query("since_id", "Only items newer than this one; of those the newest.", ParameterKind.Id, example: "115548829612032000")
            .Query("min_id", "The items right above this one. Wins over `since_id`.", ParameterKind.Id, example: "115548829612032000");
    }

    /// <summary>A ranked list, read by positions.</summary>
    /// <param name="byDefault">Items of a page when the client does not say.</param>
    /// <param name="max">Most items of a page.</param>
    public OperationDescription Ranked(int byDefault, int max)
    {
        IsPaged = true;
        return Query("limit", "Most items to return. More than the maximum counts as the maximum.", ParameterKind.Number, min: 1, max: max, byDefault: byDefault, example: byDefault)
            .Query("offset", "How many items to pass over. The offsets of further pages are in the `Link` header.", ParameterKind.Number, min: 0, max: OffsetPage.MaxOffset, byDefault: 0, example: byDefault);
    }

    private OperationDescription Add(ParameterDescription parameter)
    {
        _parameters.Add(parameter);
        return this;
    }
}
