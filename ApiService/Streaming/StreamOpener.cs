using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;

namespace Microblog.ApiService.Streaming;

/// <summary>Opens streams on a connection, the same for sockets and event streams.</summary>
public sealed class StreamOpener(Db db, StreamReplay replay, AccessTokens tokens)
{
    /// <summary>Who listens, by the <c>Authorization</c> header, the query's <c>access_token</c>, or the subprotocol, where browsers put it.</summary>
    /// <exception cref="ApiException">401: no such token, or one of no account.</exception>
    public async Task<(Caller Caller, string Token)> AuthenticateAsync(HttpContext context, RequestFields fields, CancellationToken cancellationToken)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim()
            : fields.Text("access_token") is { Length: > 0 } query ? query
            : context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault() ?? "";
        return await tokens.FindAsync(token, cancellationToken) is { AccountId: not null } caller
            ? (caller, token)
            : throw new ApiException(StatusCodes.Status401Unauthorized, "The access token is invalid");
    }

    /// <summary>
    /// Opens a stream, which gets live events from now on; <see cref="ResumeAsync"/> has to follow. Null when it is open already:
    /// a client that asks twice gets everything once.
    /// </summary>
    /// <param name="connection">On which connection.</param>
    /// <param name="name">Which stream.</param>
    /// <param name="cursor">Where it was left; null when the client does not resume, empty when it will.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <exception cref="ApiException">The stream is not for this client, or the cursor is none.</exception>
    public async Task<StreamSubscription?> OpenAsync(StreamConnection connection, StreamName name, string? cursor, CancellationToken cancellationToken)
    {
        if (connection.Streams.ContainsKey(name.Key))
        {
            return null;
        }
        if (!Scopes.Grant(connection.Caller.Scopes, name.Scope))
        {
            throw new ApiException(StatusCodes.Status403Forbidden, "This action is outside the authorized scopes");
        }
        if (connection.Streams.Count >= StreamOptions.PerConnection)
        {
            throw ApiException.Unprocessable($"Too many streams (maximum is {StreamOptions.PerConnection} on one connection)");
        }
        if (name.Content is StreamContent.List && !await db.ReadAsync(connection.AccountId, database => database.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM lists WHERE account_id = @AccountId AND id = @ListId)", new { connection.AccountId, name.ListId }, cancellationToken), cancellationToken))
        {
            throw ApiException.NotFound();
        }
        var memory = string.IsNullOrEmpty(cursor)
            ? new StreamMemory(await replay.NowAsync(cancellationToken))
            : StreamMemory.Parse(cursor) ?? throw new ApiException(StatusCodes.Status400BadRequest, "last_event_id is not a cursor of this server");
        var stream = new StreamSubscription(connection, name, memory, wantsCursor: cursor is not null);
        if (!string.IsNullOrEmpty(cursor))
        {
            stream.BeginReplay();
        }
        return connection.Streams.TryAdd(name.Key, stream) ? stream : null;
    }

    /// <summary>Sends an opened stream what it missed; somebody has to be writing to the client meanwhile.</summary>
    public Task ResumeAsync(StreamSubscription stream, string? cursor, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(cursor) ? Task.CompletedTask : replay.RunAsync(stream, cancellationToken);

    /// <summary>Closes a stream; nothing happens when it is not open.</summary>
    public static void Close(StreamConnection connection, StreamName name)
    {
        if (connection.Streams.TryRemove(name.Key, out var stream))
        {
            stream.End();
        }
    }
}
