namespace Microblog.Seed;

/// <summary>
/// A small seeded random number generator (SplitMix64). <see cref="Random"/> promises no equal sequence between
/// .NET versions, and the same seed number must give the same community for years.
/// </summary>
internal sealed class Dice
{
    private ulong _state;

    /// <summary>Starts an own stream for one purpose, so that a change in one part leaves the others alone.</summary>
    public Dice(int seed, string purpose)
    {
        _state = unchecked((ulong)seed * 0x9E3779B97F4A7C15UL);
        foreach (var letter in purpose)
        {
            _state = unchecked((_state ^ letter) * 0x100000001B3UL);
        }
    }

    /// <summary>A whole number from 0 to <paramref name="bound"/> - 1.</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)(((UInt128)NextBits() * (ulong)bound) >> 64);
    }

    /// <summary>A number from 0 (included) to 1 (excluded).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with the given probability (0 to 1).</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>One element, all equally likely.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>Puts the elements into a random order, in place.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private ulong NextBits()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15UL;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
