using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microblog.Contracts;
using Microblog.FeedWorker.Push;

namespace Microblog.FeedWorker.Tests;

public sealed class PushEncryptionTests
{
    /// <summary>RFC 8291, Appendix A.</summary>
    [Fact]
    public void Encrypts_the_example_of_the_standard_as_the_standard_does()
    {
        var senderKey = Base64Url.DecodeFromChars("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
        using var sender = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Base64Url.DecodeFromChars("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
            Q = new ECPoint { X = senderKey[1..33], Y = senderKey[33..] },
        });

        var push = PushEncryption.Encrypt(
            Encoding.ASCII.GetBytes("When I grow up, I want to be a watermelon"),
            Base64Url.DecodeFromChars("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            Base64Url.DecodeFromChars("BTBZMqHH6r4Tts7J_aSIgg"), standard: true, sender, Base64Url.DecodeFromChars("DGv6ra1nlYgDCS1FRnbzlw"));

        Assert.Equal(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
            Base64Url.EncodeToString(push.Body));
    }

    [Fact]
    public void The_longest_message_is_one_record_and_a_longer_one_is_refused()
    {
        using var client = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var (key, auth) = (P256.Export(client.ExportParameters(false)), new byte[16]);

        Assert.Equal(4096, PushEncryption.Encrypt(new byte[PushEncryption.MaxPlain], key, auth, standard: true).Body.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => PushEncryption.Encrypt(new byte[PushEncryption.MaxPlain + 1], key, auth, standard: true));
    }

    [Fact]
    public void What_is_no_point_of_the_curve_is_no_key()
    {
        byte[] offTheCurve = [4, .. Enumerable.Repeat((byte)1, 64)];

        Assert.Null(P256.Import(offTheCurve));
        Assert.Null(P256.Import([]));
        Assert.Null(P256.Import(new byte[65]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_longest_names_and_texts_there_are_fit_in_a_message(bool wide)
    {
        var text = string.Concat(Enumerable.Repeat(wide ? "👩" : "\"", 5000));
        var push = new DuePush("", [], [], true, "https://example.org", "", [], "mention", "name", text, "", null, text, "", "en");

        var payload = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(PushPayload.Of(long.MaxValue, push, null), PushJson.Default.PushPayload);

        Assert.InRange(payload.Length, 1, PushEncryption.MaxPlain);
    }
}
