using System.Globalization;
using Microblog.ApiService.Database;
using Microblog.ApiService.OAuth.Pages;
using Npgsql;

namespace Microblog.ApiService.Http;

/// <summary>The one place where failures become answers. Always <c>application/json</c>: clients read nothing else, problem+json included.</summary>
public static partial class ApiErrors
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Turns exceptions and empty error answers into the API's error shape.</summary>
    public static WebApplication UseApiErrors(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ApiErrors).FullName!);
        app.Use((context, next) => HandleAsync(context, next, logger));
        return app;
    }

    /// <summary>Writes an error answer.</summary>
    public static Task WriteAsync(HttpContext context, int status, ErrorBody body)
    {
        if (Page.IsExpectedBy(context))
        {
            return Page.WriteErrorAsync(context, status, body);
        }
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(body, ApiJson.Default.ErrorBody, "application/json; charset=utf-8", context.RequestAborted);
    }

    private static async Task HandleAsync(HttpContext context, RequestDelegate next, ILogger logger)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentLength: null } && context.Response.ContentType is null)
            {
                // 404 is how clients find out what a server lacks; 405 would tell them something else.
                await WriteAsync(context, StatusCodes.Status404NotFound, ApiException.NotFound().Body);
            }
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, exception, logger);
        }
    }

    private static Task AnswerAsync(HttpContext context, Exception exception, ILogger logger)
    {
        switch (exception)
        {
            case ApiException { Status: StatusCodes.Status503ServiceUnavailable } unavailable:
                return AnswerUnavailableAsync(context, unavailable.Body, unavailable.InnerException ?? unavailable, logger);
            case ApiException api:
                return WriteAsync(context, api.Status, api.Body);
            case BadHttpRequestException bad:
                return WriteAsync(context, bad.StatusCode, new ErrorBody(bad.Message));
            case InvalidDataException form:
                return WriteAsync(context, StatusCodes.Status400BadRequest, new ErrorBody(form.Message));
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return Task.CompletedTask;
            case NpgsqlException database when Db.IsUnreachable(database) || database.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction:
            case TimeoutException:
                return AnswerUnavailableAsync(context, new ErrorBody("The service is temporarily unavailable, please try again"), exception, logger);
            default:
                Log.Failed(logger, exception, context.Request.Method, context.Request.Path);
                return WriteAsync(context, StatusCodes.Status500InternalServerError, new ErrorBody("Something went wrong on our side"));
        }
    }

    private static Task AnswerUnavailableAsync(HttpContext context, ErrorBody body, Exception cause, ILogger logger)
    {
        Log.Unavailable(logger, context.Request.Method, context.Request.Path, cause.Message);
        context.Response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, body);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} answered 503: {Reason}")]
        public static partial void Unavailable(ILogger logger, string method, string path, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string method, string path);
    }
}
