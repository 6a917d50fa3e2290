using Pulumi;
using Pulumi.AzureNative.Compute;
using Pulumi.AzureNative.Compute.Inputs;
using Pulumi.AzureNative.Maintenance;
using Pulumi.AzureNative.Maintenance.Inputs;

namespace Microblog.Infra.Components;

/// <summary>Updates of the nodes' system: Azure installs them, each node on a day of its own, so that two are never down for it.</summary>
internal static class BrokerPatching
{
    private static readonly string[] Days = ["Tuesday", "Wednesday", "Thursday"];

    /// <summary>Only when the schedule says so.</summary>
    public static LinuxPatchSettingsArgs Settings => new()
    {
        PatchMode = LinuxVMGuestPatchMode.AutomaticByPlatform,
        AssessmentMode = LinuxPatchAssessmentMode.AutomaticByPlatform,
        AutomaticByPlatformSettings = new LinuxVMGuestPatchAutomaticByPlatformSettingsArgs
        {
            BypassPlatformSafetyChecksOnUserSchedule = true,
            RebootSetting = LinuxVMGuestPatchAutomaticByPlatformRebootSetting.IfRequired,
        },
    };

    public static void Schedule(Context context, Groups groups, Resource parent, string name, VirtualMachine machine, int number)
    {
        var schedule = new MaintenanceConfiguration($"{name}-updates", new MaintenanceConfigurationArgs
        {
            ResourceGroupName = groups.Network.Name,
            ResourceName = context.Names.Of($"{BrokerNames.Host(number)}-updates"),
            Location = context.Settings.Region.Name,
            MaintenanceScope = MaintenanceScope.InGuestPatch,
            ExtensionProperties = { ["InGuestPatchMode"] = "User" },
            // A Monday before any stack was made; what counts is the day below.
            StartDateTime = "2026-01-05 02:00",
            Duration = "02:00",
            TimeZone = "UTC",
            RecurEvery = $"1Week {Days[(number - 1) % Days.Length]}",
            Visibility = Visibility.Custom,
            InstallPatches = new InputPatchConfigurationArgs
            {
                RebootSetting = RebootOptions.IfRequired,
                LinuxParameters = new InputLinuxParametersArgs
                {
                    ClassificationsToInclude = { "Critical", "Security" },
                    // The broker's version is a setting of the stack.
                    PackageNameMasksToExclude = { "rabbitmq-server", "erlang*" },
                },
            },
            Tags = context.Tags,
        }, new CustomResourceOptions { Parent = parent });
        _ = new ConfigurationAssignment($"{name}-updates-assigned", new ConfigurationAssignmentArgs
        {
            ResourceGroupName = groups.Network.Name,
            ProviderName = "Microsoft.Compute",
            ResourceType = "virtualMachines",
            ResourceName = machine.Name,
            ConfigurationAssignmentName = schedule.Name,
            MaintenanceConfigurationId = schedule.Id,
            ResourceId = machine.Id,
            Location = context.Settings.Region.Name,
        }, new CustomResourceOptions { Parent = parent });
    }
}
