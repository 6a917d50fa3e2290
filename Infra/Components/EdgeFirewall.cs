using System.Text;
using Pulumi;
using Pulumi.AzureNative.FrontDoor;
using Pulumi.AzureNative.FrontDoor.Inputs;

namespace Microblog.Infra.Components;

/// <summary>The web application firewall: own rules first, then Azure's against attacks and bad bots.</summary>
internal static class EdgeFirewall
{
    /// <summary>In the API's own form of errors, as clients show it. The reference finds the request in the log.</summary>
    private const string Refusal = """{"error":"This request was refused. Reference: {{azure-ref}}"}""";

    /// <summary>Fields that are secret, by their exact name, in a form as in JSON.</summary>
    private static readonly string[] SecretFields = ["password", "client_secret", "code", "code_verifier", "token"];

    /// <summary>Makes the policy.</summary>
    public static Policy Make(Context context, Groups groups, Resource parent) => new("edge-firewall", new PolicyArgs
    {
        ResourceGroupName = groups.Edge.Name,
        PolicyName = groups.SubscriptionId.Apply(subscription => context.Names.Compact("waf", subscription)),
        Location = "Global",
        // Has to be the profile's.
        Sku = new SkuArgs { Name = SkuName.Premium_AzureFrontDoor },
        PolicySettings = new PolicySettingsArgs
        {
            EnabledState = PolicyEnabledState.Enabled,
            Mode = context.Settings.Edge.DetectOnly ? PolicyMode.Detection : PolicyMode.Prevention,
            RequestBodyCheck = PolicyRequestBodyCheck.Enabled,
            CustomBlockResponseStatusCode = 403,
            CustomBlockResponseBody = Convert.ToBase64String(Encoding.UTF8.GetBytes(Refusal)),
            State = WebApplicationFirewallScrubbingState.Enabled,
            ScrubbingRules = Scrubbing().ToArray(),
        },
        CustomRules = new CustomRuleListArgs { Rules = EdgeFirewallRules.Of(context) },
        ManagedRules = new ManagedRuleSetListArgs
        {
            ManagedRuleSets =
            {
                new ManagedRuleSetArgs
                {
                    RuleSetType = "Microsoft_DefaultRuleSet",
                    RuleSetVersion = "2.2",
                    // What a request is up to in sum decides, not a single rule.
                    RuleSetAction = ManagedRuleSetActionType.Block,
                    RuleGroupOverrides = EdgeExclusions.Overrides(),
                },
                new ManagedRuleSetArgs { RuleSetType = "Microsoft_BotManagerRuleSet", RuleSetVersion = "1.1" },
            },
        },
        Tags = context.Tags,
    }, new CustomResourceOptions { Parent = parent });

    /// <summary>What the log shows of a request that a rule matched must not be somebody's way in.</summary>
    private static IEnumerable<Input<WebApplicationFirewallScrubbingRulesArgs>> Scrubbing()
    {
        yield return Scrub(ScrubbingRuleEntryMatchVariable.RequestHeaderNames, "Authorization");
        yield return Scrub(ScrubbingRuleEntryMatchVariable.RequestHeaderNames, "Cookie");
        // Streams are opened with the token here, as a browser's WebSocket cannot send a header.
        yield return Scrub(ScrubbingRuleEntryMatchVariable.RequestHeaderNames, "Sec-WebSocket-Protocol");
        yield return Scrub(ScrubbingRuleEntryMatchVariable.RequestCookieNames);
        yield return Scrub(ScrubbingRuleEntryMatchVariable.QueryStringArgNames);
        foreach (var field in SecretFields)
        {
            yield return Scrub(ScrubbingRuleEntryMatchVariable.RequestBodyPostArgNames, field);
            yield return Scrub(ScrubbingRuleEntryMatchVariable.RequestBodyJsonArgNames, field);
        }
    }

    private static WebApplicationFirewallScrubbingRulesArgs Scrub(ScrubbingRuleEntryMatchVariable what, string? name = null)
    {
        var rule = new WebApplicationFirewallScrubbingRulesArgs
        {
            MatchVariable = what,
            SelectorMatchOperator = name is null ? ScrubbingRuleEntryMatchOperator.EqualsAny : ScrubbingRuleEntryMatchOperator.EqualsValue,
            State = ScrubbingRuleEntryState.Enabled,
        };
        if (name is not null)
        {
            rule.Selector = name;
        }
        return rule;
    }
}
