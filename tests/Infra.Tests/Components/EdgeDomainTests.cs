using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

public sealed class EdgeDomainTests
{
    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Hosts_have_certificates_that_azure_renews_and_no_old_tls(string stack) =>
        Assert.All((await StackRun.OfAsync(stack)).All("cdn:AFDCustomDomain"), domain =>
            Assert.Equal(("ManagedCertificate", "TLS12"), (domain["tlsSettings.certificateType"], domain["tlsSettings.minimumTlsVersion"])));

    [Theory]
    [InlineData("dev", "dev.social.example")]
    [InlineData("prod", "social.example")]
    [InlineData("prod-10m", "social.example")]
    public async Task The_zones_own_name_and_the_host_of_images_lead_to_front_door(string stack, string zone)
    {
        var run = await StackRun.OfAsync(stack);

        Assert.Equal(zone, run.One("dns:Zone")["zoneName"]);
        // A zone's own name can have no CNAME.
        Assert.All(new[] { "A", "AAAA" }, type => Assert.Contains("/AFDEndpoint/", Record(run, "@", type).Text("targetResource.id")));
        Assert.EndsWith(".azurefd.net", Record(run, "media", "CNAME").Text("cnameRecord.cname"));
        Assert.All(new[] { "_dnsauth", "_dnsauth.media" }, name => Assert.Equal("validation-token", Record(run, name, "TXT")["txtRecords.0.value.0"]));
        Assert.Equal(("issue", "digicert.com"), (Record(run, "@", "CAA")["caaRecords.0.tag"], Record(run, "@", "CAA")["caaRecords.0.value"]));
    }

    [Fact]
    public async Task A_host_below_the_zone_has_a_cname()
    {
        var run = await StackRun.RunAsync(StackFile.Read("prod").Set("host", "micro.blog.example").Set("dnsZone", "blog.example"));

        Assert.EndsWith(".azurefd.net", Record(run, "micro", "CNAME").Text("cnameRecord.cname"));
        Assert.EndsWith(".azurefd.net", Record(run, "media.micro", "CNAME").Text("cnameRecord.cname"));
        Assert.Equal("validation-token", Record(run, "_dnsauth.media.micro", "TXT")["txtRecords.0.value.0"]);
        Assert.DoesNotContain(run.All("dns:RecordSet"), record => record["recordType"] is "A" or "AAAA");
    }

    [Theory]
    [InlineData("dev", false)]
    [InlineData("prod", true)]
    [InlineData("prod-10m", true)]
    public async Task The_zone_is_not_deleted_by_mistake_for_its_name_servers_would_change(string stack, bool isHeld)
    {
        var run = await StackRun.OfAsync(stack);

        Assert.Equal(isHeld, run.One("dns:Zone").IsProtected);
        // On a record, so that others can still be deleted.
        Assert.Equal(isHeld, run.All("authorization:ManagementLockByScope").Any(held => held.Text("scope").EndsWith("/SOA/@", StringComparison.Ordinal)));
    }

    private static Provisioned Record(StackRun run, string name, string type) =>
        Assert.Single(run.All("dns:RecordSet"), record => (record.Text("relativeRecordSetName"), record.Text("recordType")) == (name, type));
}
