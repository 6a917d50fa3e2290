using Microblog.Infra.Components;
using Pulumi;

namespace Microblog.Infra.Tests.Components;

public sealed class EdgeApprovalTests
{
    private static readonly string Message = EdgeApproval.Message("id-of-the-profile");

    [Fact]
    public void The_connection_that_waits_is_approved() =>
        Assert.Equal("ours", Choose(new("other", "Pending", "Microblog's Front Door id-of-somebody-else"), new("ours", "Pending", Message)));

    [Fact]
    public void A_second_run_finds_the_same_connection_approved_and_changes_nothing() =>
        Assert.Equal("ours", Choose(new("a-private-endpoint", "Approved", "Auto-approved"), new EdgeConnection("ours", "Approved", Message)));

    [Fact]
    public void After_the_origin_was_made_anew_its_request_takes_the_place_of_the_old_one() =>
        Assert.Equal("new", Choose(new("a-old", "Approved", Message), new("b-old", "Disconnected", Message), new("new", "Pending", Message)));

    [Fact]
    public void A_request_that_has_not_arrived_is_said_with_the_remedy() =>
        Assert.Matches("^Front Door's request to connect to mb-prod-apps has not arrived there yet. Run 'pulumi up' again", Refusal(new EdgeConnection("other", "Pending", "from somebody else")));

    [Theory]
    [InlineData("Rejected")]
    [InlineData("Disconnected")]
    public void A_connection_that_somebody_has_ended_is_not_taken_back_silently(string status) =>
        Assert.Contains($"(ours) is {status}", Refusal(new EdgeConnection("ours", status, Message)));

    private static string Choose(params EdgeConnection[] connections) => EdgeApproval.Choose(connections, Message, "mb-prod-apps");

    private static string Refusal(params EdgeConnection[] connections) => Assert.Throws<RunException>(() => Choose(connections)).Message;
}
