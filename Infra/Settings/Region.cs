namespace Microblog.Infra.Settings;

/// <summary>
/// An Azure region that this program knows: PostgreSQL, Container Apps and Azure Managed Redis are offered, and Front Door reaches private origins from there
/// or from a region nearby.
/// </summary>
/// <param name="Name">As Azure writes it in code: <c>swedencentral</c>.</param>
/// <param name="HasZones">Three availability zones.</param>
/// <param name="Pair">The region that geo-redundant backups go to; null where there is none.</param>
/// <param name="Link">The region from which Front Door reaches private origins here (https://learn.microsoft.com/azure/frontdoor/private-link); null where that is this one.</param>
public sealed record Region(string Name, bool HasZones, string? Pair, string? Link = null)
{
    private static readonly Region[] All =
    [
        new("australiaeast", true, "australiasoutheast"),
        new("brazilsouth", true, "southcentralus"),
        new("canadacentral", true, "canadaeast"),
        new("centralindia", true, "southindia"),
        new("centralus", true, "eastus2"),
        new("eastasia", true, "southeastasia"),
        new("eastus", true, "westus"),
        new("eastus2", true, "centralus"),
        new("francecentral", true, "francesouth"),
        new("germanywestcentral", true, "germanynorth"),
        new("japaneast", true, "japanwest"),
        new("koreacentral", true, "koreasouth"),
        new("northeurope", true, "westeurope"),
        new("norwayeast", true, "norwaywest"),
        new("southafricanorth", true, "southafricawest"),
        new("southcentralus", true, "northcentralus"),
        new("swedencentral", true, "swedensouth"),
        new("uksouth", true, "ukwest"),
        new("westeurope", true, "northeurope"),
        new("westus2", true, "westcentralus"),
        new("westus3", true, "eastus"),
        // No zones: only for stacks that do without. Front Door makes private endpoints in none of them.
        new("northcentralus", false, "southcentralus", Link: "centralus"),
        new("ukwest", false, "uksouth", Link: "uksouth"),
        new("westus", false, "eastus", Link: "westus3"),
    ];

    /// <summary>Zones to spread over, as ARM wants them; empty where the stack has none.</summary>
    public static IReadOnlyList<string> Zones { get; } = ["1", "2", "3"];

    /// <summary>Where Front Door makes its private endpoint; a connection to another region costs milliseconds.</summary>
    public string LinkLocation => Link ?? Name;

    /// <summary>Finds a region by its name in code or as shown in the portal.</summary>
    public static Region Find(string key, string name, bool zoneRedundant)
    {
        var known = name.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        var region = Array.Find(All, region => region.Name == known) ?? throw new SettingsException(
            key, $"is '{name}'. This program knows the regions near which Front Door reaches private origins: {string.Join(", ", All.Where(region => region.HasZones).Select(region => region.Name))}.");
        return zoneRedundant && !region.HasZones
            ? throw new SettingsException(key, $"'{region.Name}' has no availability zones, but {StackConfig.Key("zoneRedundant")} is true. Choose another region, such as {region.Pair}, or set it to false.")
            : region;
    }
}
