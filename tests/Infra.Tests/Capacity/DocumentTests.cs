using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

/// <summary>The tables of docs/capacity.md are written by the code. With <c>MICROBLOG_WRITE_DOCS=1</c> this writes them anew.</summary>
public sealed class DocumentTests
{
    private const string Path = "docs/capacity.md";
    private const string Begin = "<!-- tables: begin -->";
    private const string End = "<!-- tables: end -->";

    [Fact]
    public void The_tables_are_those_that_the_code_writes()
    {
        var text = Given.Text(Path);
        var start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        Assert.True(start >= Begin.Length && end > start, $"{Path} has to contain {Begin} and {End}.");
        var expected = $"\n\n{Tables()}";
        if (Environment.GetEnvironmentVariable("MICROBLOG_WRITE_DOCS") == "1")
        {
            File.WriteAllText(System.IO.Path.Combine(Given.Repository, Path), text[..start] + expected + text[end..]);
            return;
        }

        Assert.Equal(expected, text[start..end]);
    }

    private static string Tables()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        CapacityReport.Write(writer, StackLoads.All, Given.Throughput, Given.Prices);
        return writer.ToString();
    }
}
