namespace Microblog.Seed.Phases;

/// <summary>A seeded account that is logged in.</summary>
internal sealed record Session(string Username, string Id, string Token);
