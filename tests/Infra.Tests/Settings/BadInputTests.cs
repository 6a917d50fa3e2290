using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Settings;

/// <summary>What a stack gets wrong ends the run with one sentence that names the key, before anything is registered.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("hosst", "social.example", "microblog:hosst", "Did you mean microblog:host?")]
    [InlineData("host", null, "microblog:host", "missing")]
    [InlineData("host", "Social Example", "microblog:host", "host name")]
    [InlineData("mediaHost", "social.example", "microblog:mediaHost", "one of their own")]
    [InlineData("dnsZone", "other.example", "microblog:host", "not in the zone")]
    [InlineData("contactEmail", "nobody", "microblog:contactEmail", "no email address")]
    [InlineData("alertEmails", null, "microblog:alertEmails", "missing")]
    [InlineData("alertEmails", "[]", "microblog:alertEmails", "missing")]
    [InlineData("alertEmails", "people@social.example", "microblog:alertEmails", "a list of texts")]
    [InlineData("budgetStart", "2026-01-02", "microblog:budgetStart", "first of a month")]
    [InlineData("protect", "yes", "microblog:protect", "true or false")]
    [InlineData("backupRetentionDays", "36", "microblog:backupRetentionDays", "from 7 to 35")]
    [InlineData("readReplicas", "-1", "microblog:readReplicas", "from 0 to 1")]
    [InlineData("traceSampling", "2", "microblog:traceSampling", "from 0 to 1")]
    [InlineData("newRevisionWeight", "10", "microblog:newRevisionWeight", "microblog:stableRevision")]
    [InlineData("restoreDrillCron", "daily", "microblog:restoreDrillCron", "five fields")]
    [InlineData("postgresVersion", "9", "microblog:postgresVersion", "15, 16, 17 or 18")]
    [InlineData("databaseSslMode", "Prefer", "microblog:databaseSslMode", "VerifyFull, or VerifyCA")]
    [InlineData("databaseAdmins", "[{\"objectId\":\"me\",\"name\":\"me\",\"type\":\"User\"}]", "microblog:databaseAdmins", "GUID")]
    [InlineData("databaseAdmins", "[{\"object\":\"me\"}]", "microblog:databaseAdmins", "objectId")]
    [InlineData("brokerSshKey", null, "microblog:brokerSshKey", "SSH key")]
    [InlineData("tags", "[1]", "microblog:tags", "a map")]
    [InlineData("dailyActiveUsers", "0", "microblog:dailyActiveUsers", "")]
    [InlineData("dailyActiveUsers", "many", "microblog:dailyActiveUsers", "whole number")]
    [InlineData("databaseSku", "Standard_D2ds_v9", "microblog:databaseSku", "")]
    [InlineData("cacheSku", "Balanced_B0", "microblog:cacheSku", "")]
    public async Task A_wrong_setting_is_named(string key, string? value, string named, string says)
    {
        var message = await StackRun.RefusalAsync(StackFile.Read("prod").Set(key, value));

        Assert.StartsWith(named + ": ", message);
        Assert.Contains(says, message);
        Assert.DoesNotContain("\n", message);
    }

    [Theory]
    [InlineData("8.8.0.0/16", "private")]
    [InlineData("10.0.0.0/24", "8 to 20")]
    [InlineData("10.0.0.1/16", "first")]
    [InlineData("fd00::/48", "IPv4")]
    public async Task An_address_space_that_cannot_be_used_is_refused(string space, string says)
    {
        var message = await StackRun.RefusalAsync(StackFile.Read("prod").Set("addressSpace", space));

        Assert.StartsWith("microblog:addressSpace: ", message);
        Assert.Contains(says, message);
    }

    [Theory]
    [InlineData("appsSubnet", "10.41.0.0/21", "not inside microblog:addressSpace")]
    [InlineData("appsSubnet", "10.40.0.0/26", "too small")]
    [InlineData("brokerSubnet", "10.40.8.0/24", "overlaps microblog:endpointsSubnet")]
    [InlineData("peeredAddressSpaces", "[\"10.0.0.0/8\"]", "overlaps microblog:addressSpace")]
    public async Task Ranges_that_overlap_or_do_not_fit_are_refused(string key, string value, string says)
    {
        var message = await StackRun.RefusalAsync(StackFile.Read("prod").Set(key, value));

        Assert.StartsWith($"microblog:{key}: ", message);
        Assert.Contains(says, message);
    }

    [Fact]
    public async Task A_range_that_container_apps_keep_for_themselves_is_refused()
    {
        var message = await StackRun.RefusalAsync(StackFile.Read("prod").Set("addressSpace", "172.16.0.0/12").Set("brokerSubnet", "172.30.4.0/24"));

        Assert.StartsWith("microblog:brokerSubnet: 172.30.4.0/24 overlaps a range that Azure Container Apps keeps", message);
    }

    [Theory]
    [InlineData("atlantis", "This program knows the regions")]
    [InlineData("westus", "no availability zones")]
    [InlineData(null, "missing")]
    public async Task A_region_without_what_the_stack_needs_is_refused(string? region, string says)
    {
        var message = await StackRun.RefusalAsync(StackFile.Read("prod").SetFull("azure-native:location", region));

        Assert.StartsWith("azure-native:location: ", message);
        Assert.Contains(says, message);
    }

    [Fact]
    public async Task A_region_without_zones_is_good_for_a_stack_without_them() =>
        Assert.Equal("westus", (await StackRun.RunAsync(StackFile.Read("dev").SetFull("azure-native:location", "West US"))).One("resources:ResourceGroup", "group-data").Text("location"));

    [Theory]
    [InlineData("{}", "microblog:images.migrations", "deployApps")]
    [InlineData("{\"migrations\":\"latest\"}", "microblog:images.migrations", "digest")]
    [InlineData("{\"migrationz\":\"latest\"}", "microblog:images.migrationz", "no service")]
    public async Task An_image_without_its_digest_is_refused(string images, string named, string says)
    {
        var message = await StackRun.RefusalAsync(StackFile.Read("prod").Set("images", images));

        Assert.StartsWith(named + ": ", message);
        Assert.Contains(says, message);
    }

    [Theory]
    [InlineData("keyEncryptionKey")]
    [InlineData("brokerPassword")]
    [InlineData("brokerPrivateKey")]
    public async Task A_secret_that_is_missing_in_clear_or_short_is_refused_without_showing_it(string key)
    {
        var missing = await StackRun.RefusalAsync(StackFile.Read("prod").Set(key, null));
        var clear = await StackRun.RefusalAsync(StackFile.Read("prod").Set(key, "open-sesame-" + new string('0', 100)));
        var weak = await StackRun.RefusalAsync(StackFile.Read("prod").Secret(key, "open-sesame"));

        Assert.StartsWith($"microblog:{key}: is missing. Set it with: pulumi config set --secret microblog:{key} ", missing);
        Assert.StartsWith($"microblog:{key}: stands in clear", clear);
        Assert.StartsWith($"microblog:{key}: is shorter than", weak);
        Assert.DoesNotContain("sesame", clear + weak);
    }

    [Fact]
    public async Task A_setting_kept_as_a_secret_is_refused_because_its_value_would_be_shown() =>
        Assert.StartsWith("microblog:host: is no secret", await StackRun.RefusalAsync(StackFile.Read("prod").Secret("host", "social.example")));

    [Fact]
    public async Task With_a_broker_elsewhere_its_address_is_all_that_is_asked_for()
    {
        var file = StackFile.Read("prod").Set("managedBroker", "true").Set("brokerSshKey", null);
        foreach (var key in new[] { "brokerPassword", "brokerAdminPassword", "brokerCookie", "brokerCaCertificate", "brokerCertificate", "brokerPrivateKey" })
        {
            file.Set(key, null);
        }

        Assert.StartsWith("microblog:brokerUrl: is missing", await StackRun.RefusalAsync(file));
        Assert.NotEmpty((await StackRun.RunAsync(file.Secret("brokerUrl", "amqps://user:hush@broker.example:5671/"))).Resources);
    }
}
