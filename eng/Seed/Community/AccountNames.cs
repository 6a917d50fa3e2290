using System.Globalization;

namespace Microblog.Seed.Community;

/// <summary>Names the accounts. The first n accounts are the same however many are asked for.</summary>
internal static class AccountNames
{
    private const int DefaultSeed = 1;

    private static readonly string[] FirstNames =
    [
        "Ada", "Adam", "Agnes", "Aisha", "Alba", "Alice", "Amara", "Amir", "Ana", "Anders", "Anton", "Aylin", "Beatrix",
        "Bela", "Bjorn", "Bruno", "Camille", "Carla", "Cedric", "Chen", "Chloe", "Clara", "Dario", "David", "Diego",
        "Dora", "Edith", "Eliza", "Elena", "Emil", "Emma", "Erik", "Esther", "Ewa", "Fatima", "Felix", "Finn", "Flora",
        "Franz", "Freya", "Gita", "Grace", "Greta", "Hana", "Hassan", "Hugo", "Ida", "Igor", "Ines", "Ingrid", "Ivo",
        "Jana", "Jonas", "Josef", "Julia", "Kaito", "Karim", "Kira", "Lars", "Lea", "Leo", "Lila", "Linus", "Lucia",
        "Magnus", "Maja", "Marco", "Marta", "Mei", "Mila", "Milan", "Mira", "Nadia", "Naomi", "Nils", "Nora", "Olga",
        "Omar", "Oscar", "Otto", "Paula", "Pavel", "Petra", "Priya", "Rafael", "Ravi", "Rosa", "Ruth", "Samir", "Sara",
        "Selma", "Simon", "Sofia", "Sven", "Tara", "Tessa", "Theo", "Tomas", "Uma", "Vera", "Viktor", "Yara", "Yuki",
        "Zara", "Zoe",
    ];

    private static readonly string[] LastNames =
    [
        "Abbott", "Aldridge", "Almeida", "Arnold", "Baker", "Bauer", "Becker", "Berg", "Bishop", "Blake", "Brandt",
        "Brook", "Castro", "Chapman", "Clarke", "Costa", "Crane", "Dahl", "Dawson", "Duarte", "Eklund", "Ellis",
        "Farrell", "Ferrari", "Fischer", "Fletcher", "Foster", "Frost", "Garcia", "Gardner", "Gibson", "Haas", "Haddad",
        "Hansen", "Harper", "Hayes", "Heron", "Holm", "Hughes", "Ibsen", "Ivanov", "Jansen", "Jensen", "Kaplan",
        "Keller", "Khan", "Klein", "Kovacs", "Kumar", "Lang", "Larsen", "Lehmann", "Lind", "Lopez", "Maier", "Marsh",
        "Mason", "Meyer", "Moreau", "Moreno", "Mori", "Nagy", "Novak", "Nowak", "Oakley", "Okafor", "Olsen", "Ortega",
        "Park", "Patel", "Pereira", "Perkins", "Petrov", "Quinn", "Ramos", "Reed", "Rivera", "Rossi", "Roth", "Sato",
        "Schmidt", "Silva", "Singh", "Sokolov", "Stone", "Suzuki", "Tanaka", "Thorne", "Torres", "Turner", "Vargas",
        "Vega", "Vogel", "Wagner", "Walsh", "Weber", "Wells", "Winter", "Wong", "Yilmaz", "Young", "Zeller",
    ];

    /// <summary>Makes <paramref name="count"/> accounts with different user names.</summary>
    public static SeedAccount[] Create(int seed, int count)
    {
        var dice = new Dice(seed, "names");
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        var accounts = new SeedAccount[count];
        for (var i = 0; i < count; i++)
        {
            var first = dice.Pick(FirstNames);
            var last = dice.Pick(LastNames);
            var username = Unique($"{first}_{last}".ToLowerInvariant(), taken) + Suffix(seed);
            accounts[i] = SeedAccount.Create(seed, username, $"{first} {last}");
        }

        return accounts;
    }

    private static string Unique(string name, Dictionary<string, int> taken)
    {
        var times = taken.GetValueOrDefault(name) + 1;
        taken[name] = times;
        return times == 1 ? name : name + times.ToString(CultureInfo.InvariantCulture);
    }

    // Passwords depend on the seed, so communities of different seeds in one system must not share user names.
    private static string Suffix(int seed) => seed == DefaultSeed ? "" : $"_{(uint)seed:x}";
}
