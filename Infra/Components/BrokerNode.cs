using System.Security.Cryptography;
using System.Text;
using Pulumi;
using Pulumi.AzureNative.Compute;
using Pulumi.AzureNative.Compute.Inputs;
using Pulumi.AzureNative.ManagedIdentity;
using Net = Pulumi.AzureNative.Network;

namespace Microblog.Infra.Components;

/// <summary>
/// A node: a machine that can be made anew at any time, and a disk and an address that stay. It is known by its name, so it is no member of a scale set.
/// </summary>
internal sealed class BrokerNode
{
    /// <summary>Of the machine; Azure refuses the usual names.</summary>
    private const string Administrator = "microblog";

    private readonly Context _context;
    private readonly Groups _groups;
    private readonly Resource _parent;
    private readonly string _host;
    private readonly string _name;
    private readonly InputList<string> _zones;

    public BrokerNode(
        Context context, Groups groups, Resource parent, Network network, BrokerBalancer balancer, BrokerAgent agent, UserAssignedIdentity account, Output<string> vault, int number, IEnumerable<Resource> before)
    {
        (_context, _groups, _parent) = (context, groups, parent);
        _host = BrokerNames.Host(number);
        _name = $"broker-{_host}";
        _zones = context.Settings.Zones is { Count: > 0 } zones ? zones[(number - 1) % zones.Count] : [];
        var size = context.Plan.Broker;
        var customData = Output.Tuple(vault, account.ClientId).Apply(known => BrokerCloudInit.CustomData(
            new BrokerMachine(number, size.Nodes, context.Settings.Stack, context.Settings.Broker.Version, size.DiskGB, known.Item1, known.Item2)));
        var machine = Machine(account, Card(network, balancer, number), Disk(), customData, [.. before]);
        Id = machine.Id;
        Ready = WaitUntilReady(machine, customData, agent.Install(_name, machine, account));
        BrokerPatching.Schedule(context, groups, parent, _name, machine, number);
    }

    public Output<string> Id { get; }

    /// <summary>There once the node carries its share, or waits for others that are new like itself.</summary>
    public Resource Ready { get; }

    private Net.NetworkInterface Card(Network network, BrokerBalancer balancer, int number) => new($"{_name}-card", new Net.NetworkInterfaceArgs
    {
        ResourceGroupName = _groups.Network.Name,
        NetworkInterfaceName = _context.Names.Of($"{_host}-card"),
        Location = _context.Settings.Region.Name,
        IpConfigurations = new Net.Inputs.NetworkInterfaceIPConfigurationArgs
        {
            Name = "node",
            Primary = true,
            Subnet = new Net.Inputs.SubnetArgs { Id = network.BrokerSubnetId },
            PrivateIPAllocationMethod = Net.IPAllocationMethod.Static,
            PrivateIPAddress = BrokerNames.Address(_context.Settings.Network.Broker, number),
            LoadBalancerBackendAddressPools = new Net.Inputs.BackendAddressPoolArgs { Id = balancer.PoolId },
        },
        Tags = _context.Tags,
    }, new CustomResourceOptions { Parent = _parent });

    /// <summary>Queues and the node's identity in the cluster. Not backed up: the other nodes have the same, and a copy of a running node's disk is worth nothing.</summary>
    private Disk Disk()
    {
        var disk = new Disk($"{_name}-data", new DiskArgs
        {
            ResourceGroupName = _groups.Network.Name,
            DiskName = _context.Names.Of($"{_host}-data"),
            Location = _context.Settings.Region.Name,
            Zones = _zones,
            Sku = new DiskSkuArgs { Name = _context.Plan.Broker.DiskSku },
            DiskSizeGB = _context.Plan.Broker.DiskGB,
            CreationData = new CreationDataArgs { CreateOption = DiskCreateOption.Empty },
            NetworkAccessPolicy = NetworkAccessPolicy.DenyAll,
            PublicNetworkAccess = Pulumi.AzureNative.Compute.PublicNetworkAccess.Disabled,
            Tags = _context.Tags,
        }, _context.Data(_parent));
        Lock.Hold(_context, _parent, $"{_name}-data", disk.Id);
        return disk;
    }

    private VirtualMachine Machine(UserAssignedIdentity account, Net.NetworkInterface card, Disk disk, Output<string> customData, InputList<Resource> before) => new(_name, new VirtualMachineArgs
    {
        ResourceGroupName = _groups.Network.Name,
        VmName = _context.Names.Of(_host),
        Location = _context.Settings.Region.Name,
        Zones = _zones,
        HardwareProfile = new HardwareProfileArgs { VmSize = _context.Plan.Broker.VmSize },
        Identity = new VirtualMachineIdentityArgs { Type = Pulumi.AzureNative.Compute.ResourceIdentityType.UserAssigned, UserAssignedIdentities = account.Id },
        NetworkProfile = new NetworkProfileArgs { NetworkInterfaces = new NetworkInterfaceReferenceArgs { Id = card.Id, Primary = true, DeleteOption = DeleteOptions.Detach } },
        OsProfile = new OSProfileArgs
        {
            ComputerName = _host,
            AdminUsername = Administrator,
            CustomData = customData,
            LinuxConfiguration = new LinuxConfigurationArgs
            {
                DisablePasswordAuthentication = true,
                ProvisionVMAgent = true,
                Ssh = new SshConfigurationArgs { PublicKeys = new SshPublicKeyArgs { Path = $"/home/{Administrator}/.ssh/authorized_keys", KeyData = _context.Settings.Broker.AdminSshKey } },
                PatchSettings = BrokerPatching.Settings,
            },
        },
        SecurityProfile = new SecurityProfileArgs
        {
            SecurityType = SecurityTypes.TrustedLaunch,
            EncryptionAtHost = true,
            UefiSettings = new UefiSettingsArgs { SecureBootEnabled = true, VTpmEnabled = true },
        },
        StorageProfile = new StorageProfileArgs
        {
            ImageReference = new ImageReferenceArgs { Publisher = "Canonical", Offer = "ubuntu-24_04-lts", Sku = "server", Version = "latest" },
            OsDisk = new OSDiskArgs
            {
                Name = _context.Names.Of($"{_host}-system"),
                CreateOption = DiskCreateOptionTypes.FromImage,
                Caching = CachingTypes.ReadWrite,
                DeleteOption = DiskDeleteOptionTypes.Delete,
                ManagedDisk = new ManagedDiskParametersArgs { StorageAccountType = _context.Plan.Broker.DiskSku },
            },
            DataDisks = new DataDiskArgs
            {
                Lun = 0,
                CreateOption = DiskCreateOptionTypes.Attach,
                // A cache could lose what the broker has confirmed.
                Caching = CachingTypes.None,
                DeleteOption = DiskDeleteOptionTypes.Detach,
                ManagedDisk = new ManagedDiskParametersArgs { Id = disk.Id },
            },
        },
        DiagnosticsProfile = new DiagnosticsProfileArgs { BootDiagnostics = new BootDiagnosticsArgs { Enabled = true } },
        Tags = _context.Tags,
    }, new CustomResourceOptions { Parent = _parent, DependsOn = before, DeleteBeforeReplace = true });

    /// <summary>Fails when the node does not come up, so that the next one is left alone. A new tag makes Azure run it again.</summary>
    private VirtualMachineExtension WaitUntilReady(VirtualMachine machine, Output<string> customData, Resource agent) => new($"{_name}-ready", new VirtualMachineExtensionArgs
    {
        ResourceGroupName = _groups.Network.Name,
        VmName = machine.Name,
        VmExtensionName = "ready",
        Location = _context.Settings.Region.Name,
        Publisher = "Microsoft.Azure.Extensions",
        Type = "CustomScript",
        TypeHandlerVersion = "2.1",
        AutoUpgradeMinorVersion = true,
        ForceUpdateTag = customData.Apply(data => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{data}\n{_context.Settings.Broker.AdminSshKey}")))),
        // 2 is cloud-init's word for done with warnings.
        Settings = new Dictionary<string, object> { ["commandToExecute"] = "cloud-init status --wait || [ $? -eq 2 ] && /usr/local/lib/microblog-broker/ready 45" },
        Tags = _context.Tags,
    }, new CustomResourceOptions { Parent = _parent, DependsOn = agent, CustomTimeouts = Context.Slow });
}
