using System.Text.Json.Serialization;

namespace Microblog.FeedWorker;

/// <summary>Answer of an operation on the management port.</summary>
/// <param name="Message">What was done, in a sentence.</param>
public sealed record Done(string Message);

/// <summary>Serializer of the management routes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Done))]
public sealed partial class FeedJson : JsonSerializerContext;
