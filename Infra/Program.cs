using Microblog.Infra;
using Microblog.Infra.Capacity;
using Pulumi;

// What a load costs and needs, without any cloud: dotnet run --project Infra -- capacity
if (args is ["capacity"])
{
    CapacityReport.Write(Console.Out, StackLoads.All, Throughput.Load(), Prices.Load());
    return 0;
}
return await Deployment.RunAsync<MicroblogStack>();
