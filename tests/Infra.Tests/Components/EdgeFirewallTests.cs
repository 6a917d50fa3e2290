using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microblog.Infra.AppModel;
using Microblog.Infra.Components;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

public sealed class EdgeFirewallTests
{
    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task It_stands_before_both_hosts_and_refuses(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var policy = run.One("frontdoor:Policy");
        var association = run.One("cdn:SecurityPolicy");

        Assert.Equal(("Prevention", "Enabled", "Enabled"), (policy["policySettings.mode"], policy["policySettings.enabledState"], policy["policySettings.requestBodyCheck"]));
        Assert.Equal(run.One("cdn:Profile")["sku.name"], policy["sku.name"]);
        Assert.Equal("/*", association["parameters.associations.0.patternsToMatch.0"]);
        Assert.Equal(
            run.All("cdn:AFDCustomDomain").Select(domain => domain.Text("customDomainName")).Order(),
            association.List("parameters.associations.0.domains").Select(domain => ((string)Provisioned.Member(domain, "id")!).Split('/')[^1]).Order());
    }

    [Fact]
    public async Task It_only_logs_where_the_stack_says_so() =>
        Assert.Equal("Detection", (await StackRun.RunAsync(StackFile.Read("prod").Set("wafDetectOnly", "true"))).One("frontdoor:Policy")["policySettings.mode"]);

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Azures_rules_against_attacks_and_bots_are_on(string stack)
    {
        var sets = (await StackRun.OfAsync(stack)).One("frontdoor:Policy").List("managedRules.managedRuleSets");

        Assert.Equal([("Microsoft_DefaultRuleSet", "2.2", "Block"), ("Microsoft_BotManagerRuleSet", "1.1", null)],
            sets.Select(set => ((string)Provisioned.Member(set, "ruleSetType")!, (string)Provisioned.Member(set, "ruleSetVersion")!, (string?)Provisioned.Member(set, "ruleSetAction"))));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Exceptions_are_of_single_fields_and_groups_and_no_rule_is_off(string stack)
    {
        var sets = (await StackRun.OfAsync(stack)).One("frontdoor:Policy").List("managedRules.managedRuleSets");

        Assert.All(sets, set => Assert.Null(Provisioned.Member(set, "exclusions")));
        var groups = Items(sets[0], "ruleGroupOverrides");
        Assert.All(groups, group => Assert.Null(Provisioned.Member(group, "rules")));
        var exclusions = groups.SelectMany(group => Items(group, "exclusions")).ToList();
        Assert.All(exclusions, exclusion =>
        {
            Assert.Equal("StartsWith", Provisioned.Member(exclusion, "selectorMatchOperator"));
            Assert.Matches("^[a-z_]+$", (string)Provisioned.Member(exclusion, "selector")!);
            Assert.NotEqual("RequestHeaderNames", Provisioned.Member(exclusion, "matchVariable"));
        });
        Assert.Equal(EdgeExclusions.Count, exclusions.Count);
        Assert.InRange(exclusions.Count, 1, EdgeExclusions.Limit);
        Assert.Equal(exclusions.Count, exclusions.Zip(groups.SelectMany(group => Items(group, "exclusions").Select(_ => Provisioned.Member(group, "ruleGroupName")))).Distinct().Count());
    }

    [Theory]
    [InlineData("status", "SQLI", "XSS", "MS-ThreatIntel-XSS", "RCE", "PHP", "NODEJS", "JAVA", "LFI", "RFI")]
    [InlineData("note", "SQLI", "XSS", "MS-ThreatIntel-XSS", "RCE", "PHP", "NODEJS", "JAVA", "LFI", "RFI")]
    [InlineData("description", "SQLI", "XSS", "MS-ThreatIntel-XSS", "RCE")]
    [InlineData("password", "SQLI", "RCE")]
    public async Task What_people_write_is_excepted_in_every_group_whose_rules_read_values(string field, params string[] groups)
    {
        var set = (await StackRun.OfAsync("prod")).One("frontdoor:Policy").List("managedRules.managedRuleSets")[0];

        Assert.All(new[] { "RequestBodyPostArgNames", "RequestBodyJsonArgNames" }, where => Assert.Equal(
            groups.Order(StringComparer.Ordinal),
            Items(set, "ruleGroupOverrides")
                .Where(group => Items(group, "exclusions").Any(one => (string)Provisioned.Member(one, "selector")! == field && (string)Provisioned.Member(one, "matchVariable")! == where))
                .Select(group => (string)Provisioned.Member(group, "ruleGroupName")!).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Requests_are_limited_by_the_address_of_the_connection(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var limits = Rules(run).Where(rule => (string)Provisioned.Member(rule, "ruleType")! == "RateLimitRule").ToList();

        Assert.All(limits, rule =>
        {
            Assert.Equal(("SocketAddr", 5.0, "Block"), (Provisioned.Member(rule, "groupBy.0.variableName"), Provisioned.Member(rule, "rateLimitDurationInMinutes"), Provisioned.Member(rule, "action")));
        });
        var thresholds = limits.ToDictionary(rule => (string)Provisioned.Member(rule, "name")!, rule => (double)Provisioned.Member(rule, "rateLimitThreshold")!);
        Assert.Equal(["ApiRate", "MediaRate", "SignInRate"], thresholds.Keys.Order());
        Assert.Equal(3000, thresholds["ApiRate"]);
        Assert.True(thresholds["SignInRate"] * 10 < thresholds["ApiRate"] && thresholds["MediaRate"] > thresholds["ApiRate"]);
        // Every request counts for one of the two.
        Assert.Equal((Condition(run, "MediaRate", 0, "matchValue.0"), null), (Condition(run, "ApiRate", 0, "matchValue.0"), Condition(run, "MediaRate", 1, "matchVariable")));
        Assert.Equal((true, false), (Condition(run, "ApiRate", 0, "negateCondition"), Condition(run, "MediaRate", 0, "negateCondition")));
    }

    [Theory]
    [InlineData("https://social.example:443/oauth/token", true)]
    [InlineData("https://social.example/oauth/authorize?client_id=1", true)]
    [InlineData("/auth/sign_up", true)]
    [InlineData("https://social.example/api/v1/accounts", true)]
    [InlineData("https://social.example/api/v1/apps/", true)]
    [InlineData("https://social.example/api/v1/accounts/1/follow", false)]
    [InlineData("https://social.example/api/v1/apps/verify_credentials", false)]
    [InlineData("https://social.example/oauth/introspect", false)]
    [InlineData("https://social.example/api/v1/statuses?next=/oauth/token", false)]
    public async Task Log_ins_and_sign_ups_are_limited_more_strictly(string address, bool isLimited)
    {
        var run = await StackRun.OfAsync("prod");

        Assert.Equal("POST", Condition(run, "SignInRate", 0, "matchValue.0"));
        Assert.Equal(isLimited, Regex.IsMatch(address, (string)Condition(run, "SignInRate", 1, "matchValue.0")!));
    }

    [Theory]
    [InlineData("https://media.social.example:443/0123456789abcdef0123456789abcdef-0123456789abcdef.webp", true)]
    [InlineData("https://media.social.example/0123456789abcdef0123456789abcdef-0123456789abcdef.jpg?w=1", true)]
    [InlineData("https://media.social.example/../api/v1/timelines/home", false)]
    [InlineData("https://media.social.example/a/b.jpg", false)]
    [InlineData("https://media.social.example/..", false)]
    [InlineData("https://media.social.example/", false)]
    public async Task The_host_of_images_shows_nothing_else(string address, bool isShown)
    {
        var run = await StackRun.OfAsync("prod");

        Assert.Equal(true, Condition(run, "MediaIsFiles", 1, "negateCondition"));
        Assert.Equal(isShown, Regex.IsMatch(address, (string)Condition(run, "MediaIsFiles", 1, "matchValue.0")!));
        Assert.All(new[] { "MediaIsFiles", "MediaIsReadOnly" }, rule => Assert.Matches((string)Condition(run, rule, 0, "matchValue.0")!, "media.social.example:443"));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task Longer_bodies_than_the_contract_allows_are_refused(long more, bool isRefused)
    {
        var run = await StackRun.OfAsync("prod");
        var length = AppModelReader.ReadFile(AppModelReader.DefaultPath).Routes.MaxRequestBytes!.Value + more;

        Assert.Equal("Content-Length", Condition(run, "TooLong", 0, "selector"));
        Assert.Equal(isRefused, Regex.IsMatch($"{length}", (string)Condition(run, "TooLong", 0, "matchValue.0")!));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Rules_keep_azures_limits(string stack)
    {
        var rules = Rules(await StackRun.OfAsync(stack));

        Assert.All(rules, rule => Assert.Matches("^[A-Za-z][A-Za-z0-9]*$", (string)Provisioned.Member(rule, "name")!));
        Assert.Equal(rules.Count, rules.Select(rule => Provisioned.Member(rule, "priority")).Distinct().Count());
        Assert.All(rules.SelectMany(rule => Items(rule, "matchConditions")).SelectMany(condition => Items(condition, "matchValue")), value => Assert.InRange(((string)value).Length, 1, 256));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Logs_show_nobodys_way_in(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var policy = run.One("frontdoor:Policy");
        var hidden = policy.List("policySettings.scrubbingRules").Select(rule => (Provisioned.Member(rule, "matchVariable"), Provisioned.Member(rule, "selector"), Provisioned.Member(rule, "selectorMatchOperator"))).ToList();

        Assert.Equal("Enabled", policy["policySettings.state"]);
        Assert.Contains(("RequestHeaderNames", "Authorization", "Equals"), hidden);
        Assert.Contains(("QueryStringArgNames", null, "EqualsAny"), hidden);
        Assert.Contains(("RequestBodyPostArgNames", "password", "Equals"), hidden);
        Assert.Contains(("RequestBodyJsonArgNames", "client_secret", "Equals"), hidden);
        Assert.Equal(("QueryStringArgNames", "EqualsAny", "Enabled"), (run.One("cdn:Profile")["logScrubbing.scrubbingRules.0.matchVariable"],
            run.One("cdn:Profile")["logScrubbing.scrubbingRules.0.selectorMatchOperator"], run.One("cdn:Profile")["logScrubbing.state"]));
    }

    [Fact]
    public async Task A_refusal_has_the_form_of_the_apis_errors()
    {
        var body = Convert.FromBase64String((await StackRun.OfAsync("prod")).One("frontdoor:Policy").Text("policySettings.customBlockResponseBody"));

        Assert.Contains("{{azure-ref}}", JsonDocument.Parse(Encoding.UTF8.GetString(body)).RootElement.GetProperty("error").GetString());
    }

    private static IReadOnlyList<object> Rules(StackRun run) => run.One("frontdoor:Policy").List("customRules.rules");

    private static object? Condition(StackRun run, string rule, int index, string path) =>
        Provisioned.Member(Assert.Single(Rules(run), one => (string)Provisioned.Member(one, "name")! == rule), $"matchConditions.{index}.{path}");

    private static List<object> Items(object? value, string path) => [.. ((System.Collections.IEnumerable)Provisioned.Member(value, path)!).Cast<object>()];
}
