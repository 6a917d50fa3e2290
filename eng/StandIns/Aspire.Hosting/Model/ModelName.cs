namespace Aspire.Hosting.ApplicationModel;

/// <summary>The rules for names of resources and endpoints.</summary>
internal static class ModelName
{
    private const int MaxLength = 64;

    public static void Validate(string target, string name, NameValidationPolicyAnnotation? policy = null)
    {
        if (Problem(target, name, policy ?? NameValidationPolicyAnnotation.Default) is { } problem)
        {
            throw new ArgumentException(problem, nameof(name));
        }
    }

    private static string? Problem(string target, string name, NameValidationPolicyAnnotation policy)
    {
        var maxLength = policy.MaxLength ?? int.MaxValue;
        if (name.Length == 0 || name.Length > maxLength)
        {
            return $"{target} name '{name}' is invalid. Name must be between 1 and {maxLength} characters long.";
        }

        if (policy.ValidateAllowedCharacters && name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-'))
        {
            return $"{target} name '{name}' is invalid. Name must contain only ASCII letters, digits, and hyphens.";
        }

        if (policy.ValidateNoConsecutiveHyphens && name.Contains("--", StringComparison.Ordinal))
        {
            return $"{target} name '{name}' is invalid. Name cannot contain consecutive hyphens.";
        }

        if (policy.ValidateStartsWithLetter && !char.IsAsciiLetter(name[0]))
        {
            return $"{target} name '{name}' is invalid. Name must start with an ASCII letter.";
        }

        return policy.ValidateNoTrailingHyphen && name[^1] == '-'
            ? $"{target} name '{name}' is invalid. Name cannot end with a hyphen."
            : null;
    }

    internal static int DefaultMaxLength => MaxLength;
}

public sealed class NameValidationPolicyAnnotation : IResourceAnnotation
{
    public static readonly NameValidationPolicyAnnotation Default = new();

    public static readonly NameValidationPolicyAnnotation None = new()
    {
        MaxLength = null,
        ValidateAllowedCharacters = false,
        ValidateNoConsecutiveHyphens = false,
        ValidateNoTrailingHyphen = false,
        ValidateStartsWithLetter = false,
    };

    public int? MaxLength { get; init; } = ModelName.DefaultMaxLength;

    public bool ValidateAllowedCharacters { get; init; } = true;

    public bool ValidateNoConsecutiveHyphens { get; init; } = true;

    public bool ValidateNoTrailingHyphen { get; init; } = true;

    public bool ValidateStartsWithLetter { get; init; } = true;
}
