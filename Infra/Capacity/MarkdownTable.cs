namespace Microblog.Infra.Capacity;

/// <summary>A Markdown table under a heading.</summary>
internal static class MarkdownTable
{
    public static void Write(TextWriter writer, string heading, string[] columns, IEnumerable<string[]> rows)
    {
        writer.WriteLine($"### {heading}");
        writer.WriteLine();
        writer.WriteLine($"| {string.Join(" | ", columns)} |");
        writer.WriteLine($"|{string.Concat(columns.Select(_ => "---|"))}");
        foreach (var row in rows)
        {
            writer.WriteLine($"| {string.Join(" | ", row)} |");
        }
        writer.WriteLine();
    }
}
