using Microblog.Infra.Components;
using Microblog.Infra.Settings;
using Microblog.Infra.Tests.Graph;
using Pulumi;
using Pulumi.Testing;

namespace Microblog.Infra.Tests.Components;

/// <summary>What runs beside the services, such as the check of a restored database.</summary>
public sealed class AppsRunTests
{
    [Fact]
    public async Task It_has_the_image_of_a_service_but_other_connections_and_no_secret()
    {
        var azure = new Azure();
        var file = StackFile.Read("prod");
        Apps? made = null;
        await Deployment.TestAsync(azure, new TestOptions { ProjectName = "microblog", StackName = "prod", IsPreview = false }, () =>
        {
            var context = Inputs.Read(new StackConfig(file.Values, file.Secrets), "prod");
            var groups = new Groups(context);
            var observability = new Observability(context, groups);
            var network = new Network(context, groups, observability);
            var identity = new Identity(context, groups, network, observability);
            var registry = new Registry(context, groups, network, identity, observability);
            var (database, cache) = (new Database(context, groups, network, identity, observability), new Cache(context, groups, network, identity, observability));
            var (broker, media) = (new Broker(context, groups, network, identity, observability), new Media(context, groups, network, identity, observability));
            var apps = made = new Apps(context, groups, network, identity, registry, observability, database, cache, broker, media);
            var restored = new Dictionary<string, Output<string>> { ["microblog"] = Output.Create("Host=restored.example;Username=drill") };
            Assert.NotNull(apps.Run(apps, "drill", new AppsRun(Contracts.Service("apiservice"), "drill", ["verify"], restored, 600, "0 4 * * 6")));
        });

        var job = new Provisioned("azure-native:app:Job", "drill", azure.Made.Single(made => made.Type == "azure-native:app:Job" && made.Name == "drill").Inputs, null, []);
        Assert.Equal(("Schedule", "0 4 * * 6", 600.0), (job.Text("configuration.triggerType"), job.Text("configuration.scheduleTriggerConfig.cronExpression"), job["configuration.replicaTimeout"]));
        Assert.EndsWith("/mb-prod-drill", job.Text("identity.userAssignedIdentities.0"), StringComparison.Ordinal);
        Assert.Equal(["verify"], job.List("template.containers.0.args"));
        Assert.Empty(job.List("configuration.secrets"));
        Assert.Equal("Host=restored.example;Username=drill", job.Env()["ConnectionStrings__microblog"]);
        Assert.Equal("client-of-mb-prod-drill", job.Env()["AZURE_CLIENT_ID"]);
        Assert.DoesNotContain("ConnectionStrings__replica", job.Env().Keys);
        Assert.Equal("mb-prod-apiservice.calm-sea.swedencentral.azurecontainerapps.io", await Secrecy.ValueAsync(made!.PublicAppHost));
        Assert.Equal(["apiservice", "collector", "feedworker"], made.AppIds.Keys.Order());
        Assert.Equal((3, "mb-prod-migrations", "mb-prod-apiservice--new"), (made.MinReplicas["apiservice"], await Secrecy.ValueAsync(made.JobNames["migrations"]), await Secrecy.ValueAsync(made.Revisions["apiservice"])));
        Assert.DoesNotContain(job.Env().Values, value => value.StartsWith("secret:", StringComparison.Ordinal));
    }
}
