using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Notifications;

/// <summary>Notifications put into the database as the worker would.</summary>
internal sealed class NotificationRows(ApiFixture fixture)
{
    /// <summary>Adds one and returns its id, once everybody sees it.</summary>
    public async Task<long> AddAsync(Person whom, string type, Person from, long? status = null, string? group = null, bool filtered = false)
    {
        var id = await fixture.Sandbox.ScalarAsync<long>(
            """
            WITH asked AS (INSERT INTO notification_requests (account_id, from_account_id) SELECT @whom, @from WHERE @filtered ON CONFLICT DO NOTHING)
            INSERT INTO notifications (account_id, type, from_account_id, status_id, group_key, filtered) VALUES (@whom, @type, @from, @status, @group, @filtered) RETURNING id
            """, new { whom = whom.Id, type, from = from.Id, status, group, filtered });
        await fixture.SettledAsync();
        return id;
    }
}
