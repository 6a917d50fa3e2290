using System.Reflection;

namespace Pulumi;

/// <summary>A resource made of other resources, by the program itself.</summary>
public class ComponentResource : Resource
{
    public ComponentResource(string type, string name, ComponentResourceOptions? options = null) : this(type, name, null, options)
    {
    }

    /// <exception cref="NotSupportedException">The component is remote, which takes an engine.</exception>
    public ComponentResource(string type, string name, ResourceArgs? args, ComponentResourceOptions? options = null, bool remote = false)
        : base(type, name, custom: false, args ?? ResourceArgs.Empty, options ?? new())
    {
        if (remote)
        {
            throw new NotSupportedException("ComponentResource with remote: true is not supported by this substitute of the Pulumi SDK.");
        }
    }

    /// <summary>Registers the properties marked with <see cref="OutputAttribute"/>.</summary>
    protected void RegisterOutputs() => RegisterOutputs(OutputProperties(property => property.Name != nameof(Urn)));

    protected void RegisterOutputs(IDictionary<string, object?> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        RegisterOutputs(Task.FromResult(outputs));
    }

    protected void RegisterOutputs(Task<IDictionary<string, object?>> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        RegisterOutputs(Output.Create(outputs));
    }

    protected void RegisterOutputs(Output<IDictionary<string, object?>> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Deployment.InternalInstance.RegisterOutputs(this, outputs);
    }

    private protected IDictionary<string, object?> OutputProperties(Func<PropertyInfo, bool> accept) =>
        (from property in GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
         let output = property.GetCustomAttribute<OutputAttribute>()
         where output is not null && accept(property)
         select KeyValuePair.Create(string.IsNullOrWhiteSpace(output.Name) ? property.Name : output.Name, property.GetValue(this)))
        .ToDictionary();
}
