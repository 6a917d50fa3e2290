using System.Text.Json;
using Microblog.Infra.AppModel;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

/// <summary>A contract where another program would write it.</summary>
internal sealed class ContractFile : IDisposable
{
    private readonly AppContract _contract;

    public ContractFile(AppContract contract)
    {
        _contract = contract;
        File.WriteAllText(Path, AppContractJson.Write(contract));
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"app-model-{Guid.NewGuid():N}.json");

    /// <summary>A committed stack with this contract and a digest for every service, unless something else is said of it.</summary>
    public StackFile Stack(string name, params (string Service, string Image)[] images) => StackFile.Read(name).Set("appModel", Path).Set(
        "images", JsonSerializer.Serialize(_contract.Services.ToDictionary(service => service.Name, service => images.FirstOrDefault(image => image.Service == service.Name).Image ?? StackFile.Digest)));

    public void Dispose() => File.Delete(Path);
}
