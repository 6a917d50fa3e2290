using Pulumi;
using Pulumi.AzureNative.ApplicationInsights;
using Pulumi.AzureNative.ApplicationInsights.Inputs;
using Pulumi.AzureNative.Monitor.Inputs;

namespace Microblog.Infra.Components;

/// <summary>Asks the installation from the outside, as people see it: DNS, certificate, edge, services, database.</summary>
internal static class AlertsWebTests
{
    /// <summary>Where it is asked from; Azure's names of these places. Five, so that one lost place is not an outage.</summary>
    public static readonly string[] Places = ["us-va-ash-azr", "us-ca-sjc-azr", "emea-nl-ams-azr", "emea-gb-db3-azr", "apac-sg-sin-azr"];

    /// <summary>Places that have to fail at the same time.</summary>
    private const int FailedPlaces = 2;

    private const int CertificateDays = 14;

    /// <summary>Makes the tests and their alerts.</summary>
    public static void Make(AlertsHost host, Input<string> insights)
    {
        var (edge, routes) = (host.Context.Settings.Edge, host.Context.Model.Routes);
        if (routes.Health is { } health)
        {
            Available(host, insights, "health", $"https://{edge.Host}{health}", contains: null, "The services do not answer, seen from several places of the world.");
        }
        Available(host, insights, "instance", $"https://{edge.Host}/api/v2/instance", edge.Host, "Clients cannot read what this installation is: the services or the database do not answer, seen from several places of the world.");
        foreach (var (name, address) in new[] { ("certificate", edge.Host), ("media-certificate", edge.MediaHost) })
        {
            Certificate(host, insights, name, address);
        }
    }

    private static void Available(AlertsHost host, Input<string> insights, string name, string url, string? contains, string why)
    {
        var rules = new WebTestPropertiesValidationRulesArgs { ExpectedHttpStatusCode = 200, SSLCheck = true };
        if (contains is not null)
        {
            rules.ContentValidation = new WebTestPropertiesValidationRulesContentValidationArgs { ContentMatch = contains, IgnoreCase = true, PassIfTextFound = true };
        }
        var test = Test(host, insights, name, url, rules, Places, seconds: 300);
        Alert(host, insights, test, name, why, severity: 1, FailedPlaces);
    }

    /// <summary>Front Door renews its certificates by itself, unless the DNS records that prove the domain have gone.</summary>
    private static void Certificate(AlertsHost host, Input<string> insights, string name, string address)
    {
        var rules = new WebTestPropertiesValidationRulesArgs { IgnoreHttpStatusCode = true, SSLCheck = true, SSLCertRemainingLifetimeCheck = CertificateDays };
        var test = Test(host, insights, name, $"https://{address}/", rules, Places[..2], seconds: 900);
        Alert(host, insights, test, name, $"The certificate of {address} ends within {CertificateDays} days, and has not been renewed.", severity: 2, FailedPlaces);
    }

    private static WebTest Test(AlertsHost host, Input<string> insights, string name, string url, WebTestPropertiesValidationRulesArgs rules, string[] places, int seconds)
    {
        var test = host.Context.Names.Of($"from-outside-{name}");
        return new WebTest($"from-outside-{name}", new WebTestArgs
        {
            ResourceGroupName = host.GroupName,
            WebTestName = test,
            SyntheticMonitorId = test,
            Location = host.Context.Settings.Region.Name,
            Kind = WebTestKind.Standard,
            WebTestKind = WebTestKind.Standard,
            Enabled = true,
            Frequency = seconds,
            Timeout = 30,
            RetryEnabled = true,
            Locations = places.Select(place => (Input<WebTestGeolocationArgs>)new WebTestGeolocationArgs { Location = place }).ToArray(),
            Request = new WebTestPropertiesRequestArgs { RequestUrl = url, HttpVerb = "GET", FollowRedirects = false, ParseDependentRequests = false },
            ValidationRules = rules,
            // What ties a test to its Application Insights is this tag.
            Tags = Output.Tuple(host.Context.Tags.ToOutput(), insights.ToOutput()).Apply(parts => parts.Item1.SetItem($"hidden-link:{parts.Item2}", "Resource")),
        }, host.Child);
    }

    private static void Alert(AlertsHost host, Input<string> insights, WebTest test, string name, string why, int severity, int places) =>
        host.Watch($"from-outside-{name}", why, severity, name.EndsWith("certificate", StringComparison.Ordinal) ? 30 : 5, new WebtestLocationAvailabilityCriteriaArgs
        {
            OdataType = "Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria",
            WebTestId = test.Id,
            ComponentId = insights,
            FailedLocationCount = places,
        }, new InputList<string> { test.Id, insights });
}
