using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

internal static class PasswordGenerator
{
    // Without look-alikes, and without characters that shells or connection strings give a meaning.
    private const string LowerCase = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperCase = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string Signs = "-_.~()*+!";

    public static string Generate(GenerateParameterDefault rules)
    {
        var classes = new List<(string Characters, int Minimum)>();
        Allow(rules.Lower, LowerCase, rules.MinLower, nameof(rules.MinLower));
        Allow(rules.Upper, UpperCase, rules.MinUpper, nameof(rules.MinUpper));
        Allow(rules.Numeric, Digits, rules.MinNumeric, nameof(rules.MinNumeric));
        Allow(rules.Special, Signs, rules.MinSpecial, nameof(rules.MinSpecial));
        if (classes.Count == 0)
        {
            throw new ArgumentException("At least one kind of character must be allowed.");
        }

        var password = new List<char>();
        foreach (var (characters, minimum) in classes)
        {
            password.AddRange(RandomNumberGenerator.GetItems<char>(characters, minimum));
        }

        var all = string.Concat(classes.Select(c => c.Characters));
        password.AddRange(RandomNumberGenerator.GetItems<char>(all, Math.Max(0, rules.MinLength - password.Count)));
        var result = password.ToArray();
        RandomNumberGenerator.Shuffle(result.AsSpan());
        return new string(result);

        void Allow(bool allowed, string characters, int minimum, string rule)
        {
            if (allowed)
            {
                classes.Add((characters, minimum));
            }
            else if (minimum > 0)
            {
                throw new ArgumentException($"{rule} is {minimum}, but such characters are not allowed.");
            }
        }
    }
}
