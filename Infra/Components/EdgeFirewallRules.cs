using Pulumi;
using Pulumi.AzureNative.FrontDoor;
using Pulumi.AzureNative.FrontDoor.Inputs;

namespace Microblog.Infra.Components;

/// <summary>The firewall's rules of our own, in their order: what needs no look into a request comes first. Addresses are those of the connection; what a client claims of itself does not count.</summary>
internal static class EdgeFirewallRules
{
    /// <summary>Minutes that requests are counted for; Azure knows 1 and 5.</summary>
    private const int Window = 5;

    /// <summary>Attempts to log in or to sign up are a small part of what an address may do, however many people are behind it.</summary>
    private const int SignInShare = 30;

    /// <summary>What passwords and accounts can be guessed or made with in masses; introspection is not, which operators' own services call for every request.</summary>
    private static readonly string SignIn = EdgePatterns.Paths("oauth/(authorize|token)", "auth/(sign_in|sign_up)", "api/v1/(accounts|apps)");

    /// <summary>The rules.</summary>
    public static InputList<CustomRuleArgs> Of(Context context)
    {
        var limit = context.Plan.Edge.RateLimitPerAddress;
        var media = EdgePatterns.Host(context.Settings.Edge.MediaHost);
        // One look at a timeline is one request to the API and several for images.
        var images = (int)Math.Ceiling(limit * (1 + context.Settings.Load.MediaViewsPerHomeRead));
        return
        [
            Block("MediaIsReadOnly", 10, Header("Host", media), Method(isNot: true, "GET", "HEAD", "OPTIONS")),
            // Names of files and nothing else, so that no other answer of the API is ever shown, or kept, under this host.
            Block("MediaIsFiles", 20, Header("Host", media), Address(EdgePatterns.Paths("[0-9A-Za-z_-]+[.][0-9A-Za-z]+"), isNot: true)),
            // By what the client announces: the firewall itself reads the first 128 KB only. The API counts those who announce nothing.
            Block("TooLong", 30, Header("Content-Length", EdgePatterns.NumberAbove(context.Model.Routes.MaxRequestBytes!.Value))),
            Limit("SignInRate", 40, Math.Max(MinThreshold, limit / SignInShare), Method(isNot: false, "POST"), Address(SignIn)),
            Limit("ApiRate", 50, limit, Header("Host", media, isNot: true)),
            Limit("MediaRate", 60, images, Header("Host", media)),
        ];
    }

    /// <summary>Smallest threshold that Azure takes.</summary>
    private const int MinThreshold = 10;

    private static CustomRuleArgs Block(string name, int priority, params MatchConditionArgs[] conditions) => Rule(name, priority, RuleType.MatchRule, conditions);

    private static CustomRuleArgs Limit(string name, int priority, int threshold, params MatchConditionArgs[] conditions)
    {
        var rule = Rule(name, priority, RuleType.RateLimitRule, conditions);
        (rule.RateLimitThreshold, rule.RateLimitDurationInMinutes) = (threshold, Window);
        rule.GroupBy = new GroupByVariableArgs { VariableName = VariableName.SocketAddr };
        return rule;
    }

    private static CustomRuleArgs Rule(string name, int priority, RuleType type, MatchConditionArgs[] conditions) => new()
    {
        Name = name,
        Priority = priority,
        RuleType = type,
        EnabledState = CustomRuleEnabledState.Enabled,
        Action = ActionType.Block,
        MatchConditions = conditions,
    };

    private static MatchConditionArgs Header(string name, string pattern, bool isNot = false) => new()
    {
        MatchVariable = MatchVariable.RequestHeader,
        Selector = name,
        Operator = Operator.RegEx,
        MatchValue = pattern,
        NegateCondition = isNot,
        Transforms = { TransformType.Lowercase, TransformType.Trim },
    };

    private static MatchConditionArgs Method(bool isNot, params string[] methods) => new()
    {
        MatchVariable = MatchVariable.RequestMethod,
        Operator = Operator.Equal,
        MatchValue = methods,
        NegateCondition = isNot,
    };

    /// <summary>The API finds a route whatever the case of its letters and however they are escaped.</summary>
    private static MatchConditionArgs Address(string pattern, bool isNot = false) => new()
    {
        MatchVariable = MatchVariable.RequestUri,
        Operator = Operator.RegEx,
        MatchValue = pattern,
        NegateCondition = isNot,
        Transforms = { TransformType.UrlDecode, TransformType.Lowercase },
    };
}
