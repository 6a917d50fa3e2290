using System.Security.Cryptography.X509Certificates;
using Microblog.Infra.Components;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Messaging;

public sealed class BrokerCertificatesTests : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly string _folder = Directory.CreateTempSubdirectory("microblog-tests-").FullName;

    /// <summary>The script.</summary>
    internal static string Script => Path.Combine(Repository.Root, "eng", "broker-certificates");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task One_certificate_is_good_for_all_names_of_the_stack()
    {
        var (code, output, errors) = await Shell.RunAsync(Script, ["prod", _folder]);

        Assert.True(code == 0, errors);
        using var certificate = X509Certificate2.CreateFromPemFile(PathOf("broker.pem"), PathOf("broker-key.pem"));
        Assert.True(certificate.HasPrivateKey);
        string[] names = [.. Enumerable.Range(1, 3).Select(BrokerNames.Host).Append(BrokerNames.Balancer).Select(name => $"{name}.{BrokerNames.Zone("prod")}"), "localhost"];
        Assert.All(names, name => Assert.True(certificate.MatchesHostname(name, allowWildcards: false, allowCommonName: false), name));
        Assert.False(certificate.MatchesHostname($"rmq-1.{BrokerNames.Zone("dev")}"));
        Assert.True(Trusts(certificate, ServerAuthentication));
        Assert.True(Trusts(certificate, ClientAuthentication));
        Assert.All(new[] { "brokerCaCertificate", "brokerCertificate", "brokerPrivateKey" }, key => Assert.Contains($"pulumi config set --stack prod --secret microblog:{key} -- ", output));
        Assert.All(new[] { "ca-key.pem", "broker-key.pem" }, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Shell.Mode(PathOf(file))));
    }

    [Fact]
    public async Task A_renewed_certificate_is_trusted_by_those_who_trusted_the_last()
    {
        await Shell.RunAsync(Script, ["prod", _folder]);
        var (authority, first) = (await File.ReadAllTextAsync(PathOf("ca.pem")), await File.ReadAllTextAsync(PathOf("broker.pem")));

        await Shell.RunAsync(Script, ["prod", _folder]);

        Assert.Equal(authority, await File.ReadAllTextAsync(PathOf("ca.pem")));
        Assert.NotEqual(first, await File.ReadAllTextAsync(PathOf("broker.pem")));
        using var certificate = X509Certificate2.CreateFromPemFile(PathOf("broker.pem"), PathOf("broker-key.pem"));
        Assert.True(Trusts(certificate, ServerAuthentication));
    }

    [Theory]
    [InlineData("Prod", "is no name of a stack")]
    [InlineData("a-stack-with-a-long-name", "is no name of a stack")]
    public async Task A_name_that_is_none_is_refused(string stack, string problem)
    {
        var (code, _, errors) = await Shell.RunAsync(Script, [stack, _folder]);

        Assert.Equal(1, code);
        Assert.Contains(problem, errors);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    private bool Trusts(X509Certificate2 certificate, string purpose)
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(PathOf("ca.pem"));
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid(purpose));
        return chain.Build(certificate);
    }

    private string PathOf(string file) => Path.Combine(_folder, file);
}
