namespace Aspire.Hosting.Pipelines;

[Experimental("ASPIREPIPELINES001", UrlFormat = "https://aka.ms/aspire/diagnostics/{0}")]
public static class WellKnownPipelineSteps
{
    public const string ProcessParameters = "process-parameters";
    public const string BuildPrereq = "build-prereq";
    public const string Build = "build";
    public const string PushPrereq = "push-prereq";
    public const string Push = "push";
    public const string PublishPrereq = "publish-prereq";
    public const string Publish = "publish";
    public const string DeployPrereq = "deploy-prereq";
    public const string Deploy = "deploy";

    internal const string PublishManifest = "publish-manifest";
}
