using System.Reflection;
using System.Runtime.CompilerServices;

namespace Microblog.Infra.Capacity;

/// <summary>One measured or assumed figure.</summary>
/// <param name="Value">In the unit stated beside it.</param>
/// <param name="Unit">What the value counts, per what.</param>
/// <param name="Assumption">True until the benchmark suite has measured it on this code.</param>
/// <param name="Source">Where the value comes from.</param>
public sealed record Figure(double Value, string Unit, bool Assumption, string Source);

/// <summary>
/// What one core does, from <c>Infra/Capacity/throughput.json</c>: the property <see cref="ApiHomeRead"/> is the figure <c>apiHomeRead</c>, in the unit
/// that the file states (µs of CPU, bytes, disk operations). The benchmark suite writes the file; until then its figures are marked as assumptions.
/// </summary>
public sealed class Throughput
{
    private const string File = "Infra/Capacity/throughput.json";

    private static readonly IReadOnlyList<string> Names =
        [.. typeof(Throughput).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.PropertyType == typeof(double)).Select(property => KeyName.Of(property.Name))];

    private Throughput(IReadOnlyDictionary<string, Figure> figures) => Figures = figures;

    /// <summary>The figures as the file has them, by name.</summary>
    public IReadOnlyDictionary<string, Figure> Figures { get; }

    public double ApiHomeRead => Value();
    public double ApiOtherRequest => Value();
    public double ApiPost => Value();
    public double ApiMediaUpload => Value();
    public double ApiStreamKiB => Value();
    public double WorkerMessage => Value();
    public double WorkerDelivery => Value();
    public double DatabaseHomeRead => Value();
    public double DatabaseOtherRead => Value();
    public double DatabasePost => Value();
    public double DatabaseSmallWrite => Value();
    public double DatabaseFollower => Value();
    public double DatabaseReplay => Value();
    public double DatabaseReadIosPerHomeRead => Value();
    public double DatabaseReadIosPerOther => Value();
    public double DatabaseWriteIosPerPost => Value();
    public double DatabaseWriteIosPerSmallWrite => Value();
    public double DatabaseBytesPerPost => Value();
    public double DatabaseBytesPerSmallWrite => Value();
    public double DatabaseBytesPerFollow => Value();
    public double DatabaseBytesPerAccount => Value();
    public double RedisCall => Value();
    public double RedisDelivery => Value();
    public double RedisBytesPerEntry => Value();
    public double RedisBytesPerActiveUser => Value();
    public double RedisBytesPerFragment => Value();
    public double BrokerMessage => Value();
    public double BrokerMessageBytes => Value();
    public double HomeResponseBytes => Value();
    public double OtherResponseBytes => Value();

    /// <summary>Reads the file that was built into the program. Throws <see cref="CapacityException"/> naming the file and the missing or impossible figure.</summary>
    public static Throughput Load() => Parse(CapacityFiles.Text("throughput.json"));

    /// <summary>As <see cref="Load"/>, from the given text.</summary>
    public static Throughput Parse(string json)
    {
        var figures = CapacityFiles.Parse<ThroughputFile>(File, json).Figures;
        CapacityFiles.RequireExactly(File, "figure", Names, figures.Keys);
        foreach (var (name, figure) in figures)
        {
            if (!double.IsFinite(figure.Value) || figure.Value <= 0 || string.IsNullOrWhiteSpace(figure.Unit) || string.IsNullOrWhiteSpace(figure.Source))
            {
                throw new CapacityException(File, $"the figure \"{name}\" needs a \"value\" above 0, a \"unit\" and a \"source\".");
            }
        }
        return new Throughput(figures);
    }

    private double Value([CallerMemberName] string property = "") => Figures[KeyName.Of(property)].Value;
}

/// <summary>The file's form.</summary>
internal sealed record ThroughputFile(string About, IReadOnlyDictionary<string, Figure> Figures);
