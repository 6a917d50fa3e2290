using Microblog.Infra.AppModel;
using Microblog.Infra.Tests.Graph;
using Pulumi;

namespace Microblog.Infra.Tests.Components;

/// <summary>What the public reaches, and how.</summary>
public sealed class EdgeTests
{
    private static readonly RoutesSpec Routes = AppModelReader.ReadFile(AppModelReader.DefaultPath).Routes;

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task The_origin_is_reached_over_a_private_link_into_the_environment_alone(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var origin = run.One("cdn:AFDOrigin");

        Assert.Equal("Premium_AzureFrontDoor", run.One("cdn:Profile")["sku.name"]);
        Assert.Equal(("managedEnvironments", "swedencentral"), (origin["sharedPrivateLinkResource.groupId"], origin["sharedPrivateLinkResource.privateLinkLocation"]));
        Assert.NotEmpty(origin.Text("sharedPrivateLinkResource.privateLink.id"));
        // Azure takes a private link only with this check, and the environment routes by this header.
        Assert.Equal(true, origin["enforceCertificateNameCheck"]);
        Assert.EndsWith(".azurecontainerapps.io", origin.Text("hostName"));
        Assert.Equal(origin["hostName"], origin["originHostHeader"]);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Front_doors_request_is_approved_by_its_name_after_the_origin_and_before_any_route(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var approval = run.One("resources:Deployment");

        Assert.Equal("environment-connection", approval["properties.parameters.connection.value"]);
        Assert.Equal("Approved", approval["properties.template.resources.0.properties.privateLinkServiceConnectionState.status"]);
        // Found again by what Front Door said when it asked.
        Assert.Equal(run.One("cdn:AFDOrigin")["sharedPrivateLinkResource.requestMessage"], approval["properties.parameters.description.value"]);
        Assert.True(approval.Text("properties.parameters.description.value").Length is > 0 and <= 140);
        Assert.Contains("edge-api-origin", await BeforeAsync(run, approval));
        foreach (var route in run.All("cdn:Route"))
        {
            Assert.Superset(new HashSet<string> { "edge-api-origin", "edge-approval", "edge-security" }, await BeforeAsync(run, route));
        }
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task The_origins_health_is_asked_where_the_contract_says(string stack)
    {
        var group = (await StackRun.OfAsync(stack)).One("cdn:AFDOriginGroup");

        Assert.Equal((Routes.Health, "Https", "GET"), (group["healthProbeSettings.probePath"], group["healthProbeSettings.probeProtocol"], group["healthProbeSettings.probeRequestType"]));
        Assert.InRange((double)group["healthProbeSettings.probeIntervalInSeconds"]!, 30, 120);
        Assert.Equal("Disabled", group["sessionAffinityState"]);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Whatever_the_route_the_public_speaks_https_and_so_does_front_door(string stack) =>
        Assert.All((await StackRun.OfAsync(stack)).All("cdn:Route"), route =>
        {
            Assert.Equal(("Enabled", "HttpsOnly", "Disabled"), (route["httpsRedirect"], route["forwardingProtocol"], route["linkToDefaultDomain"]));
            // Without HTTP among them nothing would be redirected.
            Assert.Equal(["Http", "Https"], route.List("supportedProtocols"));
        });

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Only_what_the_contract_names_is_kept(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var kept = Api(run).Where(route => route["cacheConfiguration"] is not null).ToList();

        Assert.Equal(Routes.Cacheable.Select(route => route.Path).Order(), kept.Select(route => (string)route.List("patternsToMatch").Single()).Order());
        Assert.Contains(Api(run), route => route["cacheConfiguration"] is null && route.List("patternsToMatch").SequenceEqual(["/*"]));
        foreach (var route in Routes.Cacheable)
        {
            var name = kept.Single(one => (string)one.List("patternsToMatch").Single() == route.Path).Text("routeName")["keep-".Length..];
            var rule = run.One("cdn:Rule", $"edge-rule-keep{name.Replace("-", "", StringComparison.Ordinal)}");
            Assert.Equal(TimeSpan.FromSeconds(route.Seconds), TimeSpan.Parse(rule.Text("actions.0.parameters.cacheConfiguration.cacheDuration"), null));
            // What the API says of an answer counts for more, above all that it is private.
            Assert.Equal("OverrideIfOriginMissing", rule["actions.0.parameters.cacheConfiguration.cacheBehavior"]);
        }
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Streams_are_neither_kept_nor_compressed_nor_cut_short(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var streaming = Assert.Single(run.All("cdn:Route"), route => route.List("patternsToMatch").Cast<string>().Order().SequenceEqual(Routes.Streaming.Order()));

        // Compression is a part of caching.
        Assert.Null(streaming["cacheConfiguration"]);
        Assert.Equal(240.0, run.One("cdn:Profile")["originResponseTimeoutSeconds"]);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Images_have_a_host_of_their_own_where_the_file_follows_the_slash(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var media = DomainOf(run, "edge-media-domain");
        var route = Assert.Single(run.All("cdn:Route"), route => route.Text("customDomains.0.id") == media);

        Assert.Equal(("/*", "/media/"), (route["patternsToMatch.0"], route["originPath"]));
        Assert.Equal(("IgnoreQueryString", false), (route["cacheConfiguration.queryStringCachingBehavior"], route["cacheConfiguration.compressionSettings.isCompressionEnabled"]));
        // As the rule that sets for how long says; it would win.
        var rule = run.One("cdn:Rule", "edge-rule-keepmediaall");
        Assert.Equal(("IgnoreQueryString", "Disabled"), (rule["actions.0.parameters.cacheConfiguration.queryStringCachingBehavior"], rule["actions.0.parameters.cacheConfiguration.isCompressionEnabled"]));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task What_a_client_may_not_claim_is_taken_from_every_request(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var rule = run.One("cdn:Rule", "edge-rule-requests");

        Assert.Equal(5, rule.List("actions").Count);
        Assert.All(rule.List("actions"), action => Assert.Equal("Delete", Provisioned.Member(action, "parameters.headerAction")));
        Assert.Contains(rule.List("actions"), action => (string)Provisioned.Member(action, "parameters.headerName")! == "Forwarded");
        Assert.All(run.All("cdn:Route"), route => Assert.EndsWith("/Requests", route.Text("ruleSets.0.id")));
    }

    [Theory]
    [InlineData("dev", true)]
    [InlineData("prod", false)]
    [InlineData("prod-10m", false)]
    public async Task A_line_per_request_goes_where_the_stack_wants_it_and_what_alarms_always_to_the_workspace(string stack, bool inWorkspace)
    {
        var run = await StackRun.OfAsync(stack);
        var workspace = run.One("monitor:DiagnosticSetting", "edge-diagnostics").List("logs").Select(log => (string)Provisioned.Member(log, "category")!).ToList();
        var archive = run.All("monitor:DiagnosticSetting").Where(setting => setting.Name == "edge-access-diagnostics").ToList();

        Assert.Contains("FrontDoorWebApplicationFirewallLog", workspace);
        Assert.Contains("FrontDoorHealthProbeLog", workspace);
        Assert.Equal(inWorkspace, workspace.Contains("FrontDoorAccessLog"));
        Assert.Equal(inWorkspace ? 0 : 1, archive.Count);
        Assert.All(archive, setting => Assert.Contains("/StorageAccount/", setting.Text("storageAccountId")));
    }

    [Fact]
    public async Task Without_apps_hosts_and_firewall_are_made_but_lead_nowhere()
    {
        var run = await StackRun.RunAsync(StackFile.Read("prod").Set("deployApps", "false"));

        Assert.Empty(run.All("cdn:Route").Concat(run.All("cdn:AFDOrigin")).Concat(run.All("resources:Deployment")));
        Assert.Equal(2, run.All("cdn:AFDCustomDomain").Count);
        Assert.Single(run.All("cdn:SecurityPolicy"));
        Assert.Single(run.All("dns:Zone"));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task One_child_of_the_profile_is_changed_at_a_time(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var children = run.Resources.Where(one => one.Type.StartsWith("azure-native:cdn:", StringComparison.Ordinal) && one.Kind != "Profile").ToList();

        var before = await Task.WhenAll(children.Select(async child => (await BeforeAsync(run, child)).Intersect(children.Select(other => other.Name)).Count()));

        Assert.Equal(Enumerable.Range(0, children.Count), before.Order());
    }

    private static IEnumerable<Provisioned> Api(StackRun run) => run.All("cdn:Route").Where(route => route.Text("customDomains.0.id") == DomainOf(run, "edge-api-domain"));

    /// <summary>Id of a domain, as routes name it.</summary>
    private static string DomainOf(StackRun run, string name)
    {
        var domain = run.One("cdn:AFDCustomDomain", name).Text("customDomainName");
        return Assert.Single(run.One("cdn:SecurityPolicy").List("parameters.associations.0.domains").Select(one => (string)Provisioned.Member(one, "id")!), id => id.EndsWith($"/{domain}", StringComparison.Ordinal));
    }

    /// <summary>Everything that has to be there before a resource is made.</summary>
    private static async Task<HashSet<string>> BeforeAsync(StackRun run, Provisioned resource)
    {
        var before = new HashSet<string>();
        var open = new Queue<Provisioned>([resource]);
        while (open.TryDequeue(out var one))
        {
            foreach (var name in ((IEnumerable<Resource>)(await Secrecy.ValueAsync(one.Options!.DependsOn))!).Select(needed => needed.GetResourceName()).Where(before.Add))
            {
                open.Enqueue(run.Resources.First(other => other.Name == name));
            }
        }
        return before;
    }
}
