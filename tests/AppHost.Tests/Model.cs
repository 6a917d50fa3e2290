using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Microblog.AppHost.Tests;

/// <summary>Builds the AppHost's model without starting anything, and reads it.</summary>
internal static class Model
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>The model that the AppHost builds for these arguments. Nothing is started over its data directory.</summary>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync(params string[] arguments)
    {
        var data = Path.Combine(Path.GetTempPath(), $"microblog-model-{Guid.NewGuid():N}");
        return await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(["--data", data, .. arguments]).WaitAsync(Timeout);
    }

    /// <summary>The resource of that name.</summary>
    public static IResource Get(IDistributedApplicationTestingBuilder model, string name) => model.Resources.Single(resource => resource.Name == name);

    /// <summary>The environment variables of a resource; the values are not evaluated, for nothing has an address yet.</summary>
    public static async Task<Dictionary<string, object>> EnvironmentAsync(IDistributedApplicationTestingBuilder model, string name)
    {
        var resource = Get(model, name);
        var context = new EnvironmentCallbackContext(model.ExecutionContext, resource);
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        return context.EnvironmentVariables;
    }
}
