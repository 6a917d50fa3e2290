namespace Microblog.Infra.Capacity;

/// <summary>The price from a volume on.</summary>
public sealed record PriceTier(double From, decimal Price);

/// <summary>A unit price, named as the Azure Retail Prices API names it.</summary>
/// <param name="Unit">What one of it is.</param>
/// <param name="Estimate">True when it is not read from a price list; to be read again before relying on it.</param>
/// <param name="Source">Where it is from.</param>
/// <param name="ServiceName">Field of the Retail Prices API.</param>
/// <param name="ProductName">Field of the Retail Prices API.</param>
/// <param name="MeterName">Field of the Retail Prices API.</param>
/// <param name="Price">The price, when it does not depend on the volume.</param>
/// <param name="Tiers">The prices by volume, else.</param>
/// <param name="Free">Units of a month that cost nothing.</param>
public sealed record MeterPrice(
    string Unit, bool Estimate, string Source, string ServiceName, string ProductName, string MeterName, decimal? Price = null, IReadOnlyList<PriceTier>? Tiers = null, double Free = 0);

/// <summary>Dated unit prices, from <c>Infra/Capacity/prices.json</c>.</summary>
public sealed class Prices
{
    private const string File = "Infra/Capacity/prices.json";
    private const double HoursPerMonth = 730;

    private readonly PriceFile _file;

    private Prices(PriceFile file) => _file = file;

    /// <summary>ISO code of all prices.</summary>
    public string Currency => _file.Currency;

    /// <summary>Azure region of the prices.</summary>
    public string Region => _file.Region;

    /// <summary>When they were collected.</summary>
    public DateOnly Date => _file.Date;

    /// <summary>The entries of the file.</summary>
    public IReadOnlyDictionary<string, MeterPrice> Meters => _file.Meters;

    /// <summary>Reads the file that was built into the program. Throws <see cref="CapacityException"/> naming the file and the missing or impossible price.</summary>
    public static Prices Load() => Parse(CapacityFiles.Text("prices.json"));

    /// <summary>As <see cref="Load"/>, from the given text.</summary>
    public static Prices Parse(string json)
    {
        var file = CapacityFiles.Parse<PriceFile>(File, json);
        CapacityFiles.RequireExactly(File, "meter", Enum.GetNames<Meter>().Select(KeyName.Of), file.Meters.Keys);
        foreach (var (name, meter) in file.Meters)
        {
            if (meter.Price is > 0 == meter.Tiers is { Count: > 0 } || meter.Price < 0 || meter.Free < 0)
            {
                throw new CapacityException(File, $"the meter \"{name}\" needs either a \"price\" above 0 or \"tiers\".");
            }
            if (meter.Tiers is { } tiers && (tiers[0].From != 0 || tiers.Any(tier => tier.Price <= 0) || tiers.Zip(tiers.Skip(1)).Any(pair => pair.First.From >= pair.Second.From)))
            {
                throw new CapacityException(File, $"the tiers of the meter \"{name}\" have to begin at 0 and to rise, with prices above 0.");
            }
        }
        return new Prices(file);
    }

    /// <summary>The entry of a meter.</summary>
    public MeterPrice this[Meter meter] => Meters[KeyName.Of(meter.ToString())];

    /// <summary>Price of that many units in a month.</summary>
    public decimal Usd(Meter meter, double units)
    {
        var entry = this[meter];
        var billed = Math.Max(0, units - entry.Free);
        if (entry.Tiers is not { } tiers)
        {
            return (decimal)billed * entry.Price!.Value;
        }
        var total = 0m;
        for (var i = 0; i < tiers.Count && billed > tiers[i].From; i++)
        {
            var end = i + 1 < tiers.Count ? Math.Min(billed, tiers[i + 1].From) : billed;
            total += (decimal)(end - tiers[i].From) * tiers[i].Price;
        }
        return total;
    }

    /// <summary>Price of a month of that many at once of something billed by the hour.</summary>
    public decimal Month(Meter hourly, double count) => Usd(hourly, count * HoursPerMonth);
}

/// <summary>The file's form.</summary>
internal sealed record PriceFile(string About, string ReadAgain, string Currency, string Region, DateOnly Date, IReadOnlyDictionary<string, MeterPrice> Meters);
