namespace Microblog.Infra.Capacity;

/// <summary>Waiting at a station of several equal cores, as an M/M/c queue: arrivals by chance, service times exponential, first come first served.</summary>
public static class Queueing
{
    /// <summary>Share of arrivals that have to wait (Erlang C), by the recursion of Erlang B. 1 when the station does not keep up.</summary>
    /// <param name="cores">Cores, c.</param>
    /// <param name="busyCores">Arrivals per second × mean service seconds, a.</param>
    public static double ShareThatWaits(int cores, double busyCores)
    {
        if (busyCores >= cores)
        {
            return 1;
        }
        var blocked = 1.0;
        for (var core = 1; core <= cores; core++)
        {
            blocked = busyCores * blocked / (core + (busyCores * blocked));
        }
        return blocked / (1 - (busyCores / cores * (1 - blocked)));
    }

    /// <summary>Wait that only the share <paramref name="tail"/> exceeds: P(W > t) = C · e^(−(c − a) t / s), solved for t. Infinite when the station does not keep up.</summary>
    /// <param name="cores">Cores, c.</param>
    /// <param name="busyCores">Busy cores, a.</param>
    /// <param name="serviceMilliseconds">Mean service time, s.</param>
    /// <param name="tail">For example 0.01 for the 99th percentile.</param>
    public static double WaitMilliseconds(int cores, double busyCores, double serviceMilliseconds, double tail) =>
        busyCores >= cores
            ? double.PositiveInfinity
            : Math.Max(0, Math.Log(ShareThatWaits(cores, busyCores) / tail)) * serviceMilliseconds / (cores - busyCores);

    /// <summary>Service time that only the share <paramref name="tail"/> exceeds: s · ln(1 / tail).</summary>
    public static double ServiceMilliseconds(double serviceMilliseconds, double tail) => serviceMilliseconds * Math.Log(1 / tail);
}
