namespace Microblog.Seed.Client;

/// <summary>Answer of POST /api/v1/apps.</summary>
internal sealed record AppAnswer(string ClientId, string ClientSecret);

/// <summary>Answer of POST /oauth/token and POST /api/v1/accounts.</summary>
internal sealed record TokenAnswer(string AccessToken);

/// <summary>The used part of an account.</summary>
internal sealed record AccountAnswer(string Id, string Username, string DisplayName);

/// <summary>The used part of a status.</summary>
internal sealed record StatusAnswer(string Id, DateTimeOffset CreatedAt);
