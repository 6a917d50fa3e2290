using System.Diagnostics;
using System.Text.Json;

namespace Microblog.AppHost.Tests;

/// <summary>What the images of the services will be; no image is made, which would need a registry.</summary>
public sealed class ContainerImageTests
{
    [Theory]
    [InlineData("ApiService", "microblog/apiservice", "mcr.microsoft.com/dotnet/aspnet:10.0-noble")]
    [InlineData("FeedWorker", "microblog/feedworker", "mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled")]
    public async Task An_image_runs_as_nobody_special_and_listens_on_both_ports(string project, string repository, string baseImage)
    {
        var image = await EvaluateAsync(project);

        Assert.Equal((repository, baseImage, "1654"), (image.Property("ContainerRepository"), image.Property("ContainerBaseImage"), image.Property("ContainerUser")));
        Assert.Equal(["8080/tcp", "8081/tcp"], image.Items("ContainerPort", "Type").Select(port => $"{port.Name}/{port.Value}"));
        Assert.Contains(("MANAGEMENT_PORT", "8081"), image.Items("ContainerEnvironmentVariable", "Value"));
        // Sources without their history have no revision.
        var revisions = image.Items("ContainerLabel", "Value").Where(label => label.Name == "org.opencontainers.image.revision").ToList();
        Assert.Equal(Path.Exists(Path.Combine(Repository.Root, ".git")) ? 1 : 0, revisions.Count);
        Assert.All(revisions, revision => Assert.Matches("^[0-9a-f]{40}$", revision.Value));
    }

    [Fact]
    public async Task The_api_can_be_put_on_the_base_image_that_has_vips()
    {
        const string Base = "registry.example.com/aspnet-vips@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

        var image = await EvaluateAsync("ApiService", $"-p:ApiBaseImage={Base}");

        Assert.Equal((Base, "false"), (image.Property("ContainerBaseImage"), image.Property("InvariantGlobalization")));
    }

    [Fact]
    public async Task The_base_image_with_vips_is_the_one_that_the_api_is_on_otherwise()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "eng/images/aspnet-vips/Dockerfile"), TestContext.Current.CancellationToken);

        var image = await EvaluateAsync("ApiService");

        Assert.Contains($"ARG BASE={image.Property("ContainerBaseImage")}", lines);
        Assert.Equal($"USER {image.Property("ContainerUser")}", lines[^1]);
    }

    private static async Task<Image> EvaluateAsync(string project, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            "msbuild", Path.Combine(Repository.Root, project, $"{project}.csproj"), "-t:LabelContainerWithRevision", "-nodeReuse:false",
            "-getProperty:ContainerRepository,ContainerBaseImage,ContainerUser,InvariantGlobalization", "-getItem:ContainerPort,ContainerLabel,ContainerEnvironmentVariable", .. arguments,
        ])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        return new Image(JsonDocument.Parse(output).RootElement);
    }

    private sealed record Image(JsonElement Evaluated)
    {
        public string? Property(string name) => Evaluated.GetProperty("Properties").GetProperty(name).GetString();

        public IEnumerable<(string Name, string Value)> Items(string type, string metadata) =>
            Evaluated.GetProperty("Items").GetProperty(type).EnumerateArray().Select(item => (item.GetProperty("Identity").GetString()!, item.GetProperty(metadata).GetString()!));
    }
}
