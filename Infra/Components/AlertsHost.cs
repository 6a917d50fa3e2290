using Pulumi;
using Pulumi.AzureNative.Monitor;
using Pulumi.AzureNative.Monitor.Inputs;

namespace Microblog.Infra.Components;

/// <summary>Makes alerts of the tables' rows. Every one goes to the same people; how urgent it is says its severity.</summary>
internal sealed class AlertsHost(Context context, Groups groups, Observability observability, Resource parent)
{
    /// <summary>The stack.</summary>
    public Context Context => context;

    /// <summary>Whoever hears of an alert.</summary>
    public Output<string> ActionGroupId => observability.ActionGroupId;

    /// <summary>The group that alerts live in.</summary>
    public Output<string> GroupName => groups.App.Name;

    /// <summary>Options of everything made here.</summary>
    public CustomResourceOptions Child => new() { Parent = parent };

    /// <summary>Alerts on the metrics of a resource.</summary>
    /// <param name="name">Name of the resource in this program.</param>
    /// <param name="id">Its id.</param>
    /// <param name="table">The alerts.</param>
    public void Watch(string name, Input<string> id, MetricTable table)
    {
        foreach (var rule in table.Rules.Where(rule => rule.Everywhere || context.Settings.ZoneRedundant))
        {
            Watch(name, id, table.Type, rule);
        }
    }

    /// <summary>An alert on what a query finds.</summary>
    public void Watch(QueryRule rule)
    {
        if (!rule.Everywhere && !context.Settings.ZoneRedundant)
        {
            return;
        }
        var args = new ScheduledQueryRuleArgs
        {
            ResourceGroupName = GroupName,
            RuleName = context.Names.Of(rule.Name),
            DisplayName = context.Names.Of(rule.Name),
            Description = rule.Why,
            Location = context.Settings.Region.Name,
            Kind = Kind.LogAlert,
            Enabled = true,
            Severity = rule.Severity,
            Scopes = observability.WorkspaceId,
            EvaluationFrequency = AlertsPeriod.Iso(rule.EveryMinutes),
            WindowSize = AlertsPeriod.Iso(rule.Minutes),
            AutoMitigate = rule.Resolves,
            // A new workspace has no table before its first row.
            SkipQueryValidation = true,
            Criteria = new ScheduledQueryRuleCriteriaArgs
            {
                AllOf = new ConditionArgs
                {
                    Query = rule.Query,
                    TimeAggregation = TimeAggregation.Count,
                    // The SDK's ConditionOperator is another one's: its values (gt) are refused here.
                    Operator = "GreaterThan",
                    Threshold = 0,
                    FailingPeriods = new ConditionFailingPeriodsArgs { NumberOfEvaluationPeriods = 1, MinFailingPeriodsToAlert = 1 },
                },
            },
            Actions = new ActionsArgs { ActionGroups = ActionGroupId },
            Tags = context.Tags,
        };
        if (!rule.Resolves)
        {
            args.MuteActionsDuration = "P1D";
        }
        _ = new ScheduledQueryRule($"alert-{rule.Name}", args, Child);
    }

    /// <summary>An alert on the metrics of one or more resources.</summary>
    public void Watch(string name, string why, int severity, int minutes, object criteria, InputList<string> scopes) => Make(name, new MetricAlertArgs
    {
        ResourceGroupName = GroupName,
        Description = why,
        Severity = severity,
        Enabled = true,
        Scopes = scopes,
        EvaluationFrequency = "PT1M",
        WindowSize = AlertsPeriod.Iso(minutes),
        Criteria = criteria,
    });

    private void Watch(string name, Input<string> id, string type, MetricRule rule)
    {
        var args = new MetricAlertArgs
        {
            ResourceGroupName = GroupName,
            Description = rule.Why,
            Severity = rule.Severity,
            Enabled = true,
            Scopes = id,
            EvaluationFrequency = AlertsPeriod.Iso(rule.EveryMinutes),
            WindowSize = AlertsPeriod.Iso(rule.Minutes),
            Criteria = rule.Threshold is { } threshold ? Fixed(rule, threshold) : Learned(rule),
        };
        if (rule.Threshold is null)
        {
            args.TargetResourceType = type;
            args.TargetResourceRegion = type == AlertsEdge.ProfileType ? "global" : context.Settings.Region.Name;
        }
        Make($"{name}-{rule.Name}", args);
    }

    private void Make(string name, MetricAlertArgs args)
    {
        args.RuleName = context.Names.Of(name);
        args.Location = "Global";
        args.AutoMitigate = true;
        args.Actions = new MetricAlertActionArgs { ActionGroupId = ActionGroupId };
        args.Tags = context.Tags;
        _ = new MetricAlert($"alert-{name}", args, Child);
    }

    private static MetricAlertSingleResourceMultipleMetricCriteriaArgs Fixed(MetricRule rule, double threshold) => new()
    {
        OdataType = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
        AllOf = new MetricCriteriaArgs
        {
            CriterionType = "StaticThresholdCriterion",
            Name = rule.Name,
            MetricName = rule.Metric,
            TimeAggregation = rule.Aggregation,
            Operator = rule.Operator,
            Threshold = threshold,
            Dimensions = Dimensions(rule),
        },
    };

    private static MetricAlertMultipleResourceMultipleMetricCriteriaArgs Learned(MetricRule rule) => new()
    {
        OdataType = "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria",
        AllOf = (Union<DynamicMetricCriteriaArgs, MetricCriteriaArgs>)new DynamicMetricCriteriaArgs
        {
            CriterionType = "DynamicThresholdCriterion",
            Name = rule.Name,
            MetricName = rule.Metric,
            TimeAggregation = rule.Aggregation,
            Operator = rule.Operator,
            AlertSensitivity = "Low",
            FailingPeriods = new DynamicThresholdFailingPeriodsArgs { NumberOfEvaluationPeriods = 4, MinFailingPeriodsToAlert = 4 },
            Dimensions = Dimensions(rule),
        },
    };

    private static InputList<MetricDimensionArgs> Dimensions(MetricRule rule) => rule.Of is { } of
        ? new MetricDimensionArgs { Name = of.Name, Operator = of.Operator, Values = of.Value }
        : [];
}
