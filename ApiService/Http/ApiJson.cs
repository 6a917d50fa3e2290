using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microblog.ApiService.Accounts;
using Microblog.ApiService.Collections;
using Microblog.ApiService.Conversations;
using Microblog.ApiService.Accounts.Export;
using Microblog.ApiService.Discovery;
using Microblog.ApiService.Filters;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Hashtags;
using Microblog.ApiService.Instance;
using Microblog.ApiService.Lists;
using Microblog.ApiService.Media;
using Microblog.ApiService.Moderation;
using Microblog.ApiService.Mutes;
using Microblog.ApiService.Notifications;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Reports;
using Microblog.ApiService.Pages;
using Microblog.ApiService.Push;
using Microblog.ApiService.Search;
using Microblog.ApiService.Polls;
using Microblog.ApiService.Scheduled;
using Microblog.ApiService.Statuses;
using Microblog.ApiService.Timelines;
using Microblog.ApiService.Streaming;

namespace Microblog.ApiService.Http;

/// <summary>Serializer of everything the API answers: snake case, nulls written out, times with milliseconds.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(ApiTime)])]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(Done))]
[JsonSerializable(typeof(TokenEntity))]
[JsonSerializable(typeof(ApplicationEntity))]
[JsonSerializable(typeof(CredentialApplicationEntity))]
[JsonSerializable(typeof(IntrospectionEntity))]
[JsonSerializable(typeof(UserInfoEntity))]
[JsonSerializable(typeof(ServerMetadataEntity))]
[JsonSerializable(typeof(KeySetEntity))]
[JsonSerializable(typeof(AccountEntity))]
[JsonSerializable(typeof(CredentialAccountEntity))]
[JsonSerializable(typeof(IReadOnlyList<AccountEntity>))]
[JsonSerializable(typeof(IReadOnlyList<AccountField>))]
[JsonSerializable(typeof(RelationshipEntity))]
[JsonSerializable(typeof(IReadOnlyList<RelationshipEntity>))]
[JsonSerializable(typeof(IReadOnlyList<MutedAccountEntity>))]
[JsonSerializable(typeof(IReadOnlyList<FamiliarFollowersEntity>))]
[JsonSerializable(typeof(ExportedAccount))]
[JsonSerializable(typeof(ExportedLink))]
[JsonSerializable(typeof(ExportedList))]
[JsonSerializable(typeof(ReportEntity))]
[JsonSerializable(typeof(AdminAccountEntity))]
[JsonSerializable(typeof(AdminReportEntity))]
[JsonSerializable(typeof(IReadOnlyList<AdminReportEntity>))]
[JsonSerializable(typeof(ListEntity))]
[JsonSerializable(typeof(IReadOnlyList<ListEntity>))]
[JsonSerializable(typeof(IReadOnlyList<EmptyBody>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(StatusEntity))]
[JsonSerializable(typeof(DeletedStatusEntity))]
[JsonSerializable(typeof(IReadOnlyList<StatusEntity>))]
[JsonSerializable(typeof(NotificationEntity))]
[JsonSerializable(typeof(ContextEntity))]
[JsonSerializable(typeof(StatusSourceEntity))]
[JsonSerializable(typeof(IReadOnlyList<StatusEditEntity>))]
[JsonSerializable(typeof(DeletionsEntity))]
[JsonSerializable(typeof(MediaVersion[]))]
[JsonSerializable(typeof(PollEntity))]
[JsonSerializable(typeof(ScheduledParams))]
[JsonSerializable(typeof(ScheduledStatusEntity))]
[JsonSerializable(typeof(IReadOnlyList<ScheduledStatusEntity>))]
[JsonSerializable(typeof(IReadOnlyList<NotificationEntity>))]
[JsonSerializable(typeof(UnreadCount))]
[JsonSerializable(typeof(GroupedNotificationsEntity))]
[JsonSerializable(typeof(NotificationPolicyEntity))]
[JsonSerializable(typeof(NotificationPolicyV1Entity))]
[JsonSerializable(typeof(NotificationRequestEntity))]
[JsonSerializable(typeof(IReadOnlyList<NotificationRequestEntity>))]
[JsonSerializable(typeof(MergedEntity))]
[JsonSerializable(typeof(ConversationEntity))]
[JsonSerializable(typeof(IReadOnlyList<ConversationEntity>))]
[JsonSerializable(typeof(MediaAttachmentEntity))]
[JsonSerializable(typeof(StreamFrame))]
[JsonSerializable(typeof(StreamError))]
[JsonSerializable(typeof(InstanceV1Entity))]
[JsonSerializable(typeof(InstanceEntity))]
[JsonSerializable(typeof(IReadOnlyList<RuleEntity>))]
[JsonSerializable(typeof(IReadOnlyList<LanguageEntity>))]
[JsonSerializable(typeof(IReadOnlyList<WeekEntity>))]
[JsonSerializable(typeof(IReadOnlyList<EmptyBody>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(TextEntity))]
[JsonSerializable(typeof(LinksEntity))]
[JsonSerializable(typeof(NodeInfoEntity))]
[JsonSerializable(typeof(WebFingerEntity))]
[JsonSerializable(typeof(PreferencesEntity))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, MarkerEntity>))]
[JsonSerializable(typeof(FilterEntity))]
[JsonSerializable(typeof(IReadOnlyList<FilterEntity>))]
[JsonSerializable(typeof(IReadOnlyList<FilterKeywordEntity>))]
[JsonSerializable(typeof(IReadOnlyList<FilterStatusEntity>))]
[JsonSerializable(typeof(FilterV1Entity))]
[JsonSerializable(typeof(IReadOnlyList<FilterV1Entity>))]
[JsonSerializable(typeof(IReadOnlyList<TagEntity>))]
[JsonSerializable(typeof(IReadOnlyList<FeaturedTagEntity>))]
[JsonSerializable(typeof(SearchEntity))]
[JsonSerializable(typeof(IReadOnlyList<SuggestionEntity>))]
[JsonSerializable(typeof(IReadOnlyList<EmptyBody>))]
[JsonSerializable(typeof(PushSubscriptionEntity))]
[JsonSerializable(typeof(WrappedCollectionEntity))]
[JsonSerializable(typeof(WrappedCollectionItemEntity))]
[JsonSerializable(typeof(CollectionWithAccountsEntity))]
[JsonSerializable(typeof(CollectionsEntity))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(OembedEntity))]
public sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Makes the framework's results write as this context does; metadata alone would follow the naming of the options they are used with.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.Converters.Add(new ApiTime());
        options.TypeInfoResolverChain.Insert(0, Default);
    }
}

/// <summary>An empty object: the API's answer for "done, nothing to say" (never 204, clients parse the body).</summary>
public sealed record EmptyBody;

/// <summary>Answer of an operation on the management port.</summary>
/// <param name="Message">What was done, in a sentence.</param>
public sealed record Done(string Message);

/// <summary>Writes UTC times as <c>2026-01-31T12:00:00.000Z</c>; some clients fail on more than six digits.</summary>
public sealed class ApiTime : JsonConverter<DateTime>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <inheritdoc/>
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTime().ToUniversalTime();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options)
    {
        Span<char> buffer = stackalloc char[24];
        value.ToUniversalTime().TryFormat(buffer, out var length, Format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(buffer[..length]);
    }
}

/// <summary>Ids leave as strings: they exceed what JavaScript's numbers hold exactly.</summary>
public static class ApiIds
{
    /// <summary>The id as the API writes it.</summary>
    public static string ToApi(this long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The id as the API writes it, or null.</summary>
    public static string? ToApi(this long? id) => id?.ToApi();
}
