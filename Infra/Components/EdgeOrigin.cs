using Pulumi.AzureNative.Cdn;
using Pulumi.AzureNative.Cdn.Inputs;

namespace Microblog.Infra.Components;

/// <summary>The API as Front Door sees it: the environment, over a private link straight into it.</summary>
internal static class EdgeOrigin
{
    /// <summary>
    /// Every one of some two hundred edge sites asks for itself: three to four requests a second together. There is one origin, so no answer would send a
    /// request elsewhere; the probes are for the metric that alarms. Half as often would still be soon enough, but not for the sites near the users.
    /// </summary>
    private const int ProbeSeconds = 60;

    /// <summary>Makes origin group, origin and the connection's approval.</summary>
    public static AFDOriginGroup Make(Context context, Groups groups, Profile profile, Apps apps, EdgeChain chain)
    {
        var group = chain.Then(options => new AFDOriginGroup("edge-api-origins", new AFDOriginGroupArgs
        {
            ResourceGroupName = groups.Edge.Name,
            ProfileName = profile.Name,
            OriginGroupName = "api",
            HealthProbeSettings = new HealthProbeParametersArgs
            {
                ProbePath = context.Model.Routes.Health!,
                ProbeProtocol = ProbeProtocol.Https,
                ProbeRequestType = HealthProbeRequestType.GET,
                ProbeIntervalInSeconds = ProbeSeconds,
            },
            LoadBalancingSettings = new LoadBalancingSettingsParametersArgs { SampleSize = 4, SuccessfulSamplesRequired = 3, AdditionalLatencyInMilliseconds = 0 },
            // Nothing is kept in a process that another would not have.
            SessionAffinityState = EnabledState.Disabled,
            TrafficRestorationTimeToHealedOrNewEndpointsInMinutes = 1,
        }, options));
        var message = profile.FrontDoorId.Apply(EdgeApproval.Message);
        var origin = chain.Then(options => new AFDOrigin("edge-api-origin", new AFDOriginArgs
        {
            ResourceGroupName = groups.Edge.Name,
            ProfileName = profile.Name,
            OriginGroupName = group.Name,
            OriginName = "apps",
            HostName = apps.PublicAppHost,
            // By this name the environment finds the app; the API knows its public one.
            OriginHostHeader = apps.PublicAppHost,
            HttpsPort = 443,
            Priority = 1,
            Weight = 1000,
            EnabledState = EnabledState.Enabled,
            EnforceCertificateNameCheck = true,
            SharedPrivateLinkResource = new SharedPrivateLinkResourcePropertiesArgs
            {
                PrivateLink = new ResourceReferenceArgs { Id = apps.EnvironmentId },
                GroupId = "managedEnvironments",
                PrivateLinkLocation = context.Settings.Region.LinkLocation,
                RequestMessage = message,
            },
        }, options));
        _ = chain.Then(options => EdgeApproval.Make(context, groups, apps, message, origin, options));
        return group;
    }
}
