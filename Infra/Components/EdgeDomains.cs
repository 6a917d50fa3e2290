using Pulumi;
using Pulumi.AzureNative.Cdn;
using Pulumi.AzureNative.Cdn.Inputs;
using Dns = Pulumi.AzureNative.Dns;
using DnsInputs = Pulumi.AzureNative.Dns.Inputs;

namespace Microblog.Infra.Components;

/// <summary>
/// The DNS zone and the two hosts in it. Front Door proves by a record here that they are ours, and gets their certificates. It renews them by itself where a
/// CNAME leads to it; a host that is the zone's own name cannot have one, so its certificate has to be approved again each time (docs/operations.md).
/// </summary>
internal sealed class EdgeDomains
{
    private const double Hour = 3600;

    /// <summary>Where a move to somewhere else has to be quick.</summary>
    private const double FiveMinutes = 300;

    private readonly Context _context;
    private readonly Groups _groups;
    private readonly Resource _parent;

    /// <summary>Makes zone and domains.</summary>
    public EdgeDomains(Context context, Groups groups, Profile profile, EdgeChain chain, Resource parent)
    {
        (_context, _groups, _parent) = (context, groups, parent);
        var edge = context.Settings.Edge;
        Zone = new Dns.Zone("edge-zone", new Dns.ZoneArgs
        {
            ResourceGroupName = groups.Edge.Name,
            ZoneName = edge.DnsZone,
            Location = "Global",
            ZoneType = Dns.ZoneType.Public,
            Tags = context.Tags,
        }, context.Data(parent));
        // On a record that is always there: on the zone it would also keep records from being deleted.
        Lock.Hold(context, parent, "edge-zone", Output.Format($"{Zone.Id}/SOA/@"));
        // Who issues Front Door's certificates; should that change, Azure announces it.
        Record("edge-authorities", "@", "CAA", Hour, record =>
        {
            record.CaaRecords.Add(new DnsInputs.CaaRecordArgs { Flags = 0, Tag = "issue", Value = "digicert.com" });
            record.CaaRecords.Add(new DnsInputs.CaaRecordArgs { Flags = 0, Tag = "iodef", Value = $"mailto:{edge.ContactEmail}" });
        });
        Api = Domain("edge-api", edge.Host, profile, chain);
        Media = Domain("edge-media", edge.MediaHost, profile, chain);
    }

    /// <summary>The zone.</summary>
    public Dns.Zone Zone { get; }

    /// <summary>The host of the API.</summary>
    public AFDCustomDomain Api { get; }

    /// <summary>The host of images.</summary>
    public AFDCustomDomain Media { get; }

    /// <summary>Leads both hosts to the endpoint.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="ready">What has to be there before anybody asks.</param>
    public void LeadTo(AFDEndpoint endpoint, Resource ready)
    {
        Lead("edge-api", _context.Settings.Edge.Host, endpoint, ready);
        Lead("edge-media", _context.Settings.Edge.MediaHost, endpoint, ready);
    }

    private AFDCustomDomain Domain(string name, string host, Profile profile, EdgeChain chain)
    {
        var domain = chain.Then(options => new AFDCustomDomain($"{name}-domain", new AFDCustomDomainArgs
        {
            ResourceGroupName = _groups.Edge.Name,
            ProfileName = profile.Name,
            CustomDomainName = host.Replace('.', '-'),
            HostName = host,
            AzureDnsZone = new ResourceReferenceArgs { Id = Zone.Id },
            TlsSettings = new AFDDomainHttpsParametersArgs { CertificateType = AfdCertificateType.ManagedCertificate, MinimumTlsVersion = AfdMinimumTlsVersion.TLS12 },
        }, options));
        var relative = Relative(host);
        Record($"{name}-proof", relative == "@" ? "_dnsauth" : $"_dnsauth.{relative}", "TXT", Hour, record =>
            record.TxtRecords = new DnsInputs.TxtRecordArgs { Value = domain.ValidationProperties.Apply(validation => validation.ValidationToken) });
        return domain;
    }

    private void Lead(string name, string host, AFDEndpoint endpoint, Resource ready)
    {
        if (Relative(host) is not "@" and var relative)
        {
            Record($"{name}-record", relative, "CNAME", FiveMinutes, record => record.CnameRecord = new DnsInputs.CnameRecordArgs { Cname = endpoint.HostName }, ready);
            return;
        }
        foreach (var type in new[] { "A", "AAAA" })
        {
            Record($"{name}-record-{type.ToLowerInvariant()}", "@", type, FiveMinutes, record => record.TargetResource = new DnsInputs.SubResourceArgs { Id = endpoint.Id }, ready);
        }
    }

    private void Record(string name, string relative, string type, double ttl, Action<Dns.RecordSetArgs> fill, Resource? after = null)
    {
        var record = new Dns.RecordSetArgs
        {
            ResourceGroupName = _groups.Edge.Name,
            ZoneName = Zone.Name,
            RelativeRecordSetName = relative,
            RecordType = type,
            Ttl = ttl,
        };
        fill(record);
        var options = new CustomResourceOptions { Parent = _parent };
        if (after is not null)
        {
            options.DependsOn.Add(after);
        }
        _ = new Dns.RecordSet(name, record, options);
    }

    /// <summary>A host's name within the zone.</summary>
    private string Relative(string host)
    {
        var zone = _context.Settings.Edge.DnsZone;
        return host == zone ? "@" : host[..^(zone.Length + 1)];
    }
}
