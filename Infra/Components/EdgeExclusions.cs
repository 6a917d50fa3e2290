using Pulumi;
using Pulumi.AzureNative.FrontDoor;
using Pulumi.AzureNative.FrontDoor.Inputs;

namespace Microblog.Infra.Components;

/// <summary>
/// What the firewall's default rules do not look at: values of single fields, in groups of rules that mistake them for attacks. Everything else of the same
/// request is looked at, and so are these fields by the other groups. People write about SQL, HTML and shells; the API passes texts as parameters and escapes
/// them where they are shown. Names of fields are compared with their case, of forms and of JSON (nested ones as <c>poll.options</c>) apart.
/// </summary>
public static class EdgeExclusions
{
    /// <summary>Exclusions that a policy may have (https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits).</summary>
    public const int Limit = 100;

    /// <summary>What people write, by the beginning of the field's name: posts, their warnings and polls; profiles and their lines; reports and notes; descriptions of images.</summary>
    private static readonly string[] Writing = ["status", "spoiler_text", "poll", "note", "fields_attributes", "comment", "description", "media_attributes"];

    /// <summary>The better a password, the more it looks like code.</summary>
    private const string Password = "password";

    /// <summary>Uploaded files; random bytes contain any path and any tag.</summary>
    private static readonly string[] Files = ["file", "thumbnail", "avatar", "header"];

    /// <summary>
    /// Beginnings of fields' names by group of rules. The groups are those that have rules about values which are on in version 2.2
    /// (https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-drs): event handlers, for one, are no business of XSS any more but of
    /// Microsoft's own group, whose rules about SQL are off, as is the one that would take every address elsewhere for an attack.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["SQLI"] = [.. Writing, Password],
        ["XSS"] = Writing,
        ["MS-ThreatIntel-XSS"] = Writing,
        ["RCE"] = [.. Writing, Password],
        ["PHP"] = ["status", "note"],
        ["NODEJS"] = ["status", "note"],
        ["JAVA"] = ["status", "note"],
        ["LFI"] = ["status", "note", "comment", .. Files],
        ["RFI"] = ["status", "note", "comment"],
    };

    /// <summary>Number of exclusions that these are.</summary>
    public static int Count => Fields.Sum(group => group.Value.Sum(name => Files.Contains(name) ? 1 : 2));

    internal static InputList<ManagedRuleGroupOverrideArgs> Overrides() => Fields.Select(group => (Input<ManagedRuleGroupOverrideArgs>)new ManagedRuleGroupOverrideArgs
    {
        RuleGroupName = group.Key,
        Exclusions = Exclusions(group.Value).ToArray(),
    }).ToArray();

    private static IEnumerable<Input<ManagedRuleExclusionArgs>> Exclusions(IReadOnlyList<string> fields)
    {
        foreach (var field in fields)
        {
            yield return Exclusion(ManagedRuleExclusionMatchVariable.RequestBodyPostArgNames, field);
            if (!Files.Contains(field))
            {
                yield return Exclusion(ManagedRuleExclusionMatchVariable.RequestBodyJsonArgNames, field);
            }
        }
    }

    private static ManagedRuleExclusionArgs Exclusion(ManagedRuleExclusionMatchVariable where, string field) => new()
    {
        MatchVariable = where,
        SelectorMatchOperator = ManagedRuleExclusionSelectorMatchOperator.StartsWith,
        Selector = field,
    };
}
