using Pulumi;
using Pulumi.AzureNative.Consumption;
using Pulumi.AzureNative.Consumption.Inputs;

namespace Microblog.Infra.Components;

/// <summary>A monthly budget over the resource groups of the stack, with the planned cost as its default, so that a surprise is heard of before the bill.</summary>
public sealed class Budget : ComponentResource
{
    /// <summary>The plan's prices are list prices; what is a quarter above them is worth a look.</summary>
    private const double Margin = 1.25;

    /// <summary>Makes the budget.</summary>
    public Budget(Context context, Groups groups, Observability observability) : base("microblog:infra:Budget", "budget")
    {
        var operations = context.Settings.Operations;
        Amount = operations.BudgetUsd ?? Math.Ceiling((double)context.Plan.TotalUsdPerMonth * Margin);
        NotificationArgs Notice(double percent, ThresholdType type) => new()
        {
            Enabled = true,
            Operator = OperatorType.GreaterThanOrEqualTo,
            Threshold = percent,
            ThresholdType = type,
            ContactEmails = operations.AlertEmails.ToArray(),
            ContactGroups = observability.ActionGroupId,
        };
        _ = new Pulumi.AzureNative.Consumption.Budget("budget", new BudgetArgs
        {
            BudgetName = context.Names.Of("budget"),
            Scope = Output.Format($"/subscriptions/{groups.SubscriptionId}"),
            Amount = Amount,
            Category = CategoryType.Cost,
            TimeGrain = TimeGrainType.Monthly,
            TimePeriod = new BudgetTimePeriodArgs { StartDate = $"{operations.BudgetStart}T00:00:00Z" },
            // Only what belongs to this stack: other systems may live in the same subscription.
            Filter = new BudgetFilterArgs
            {
                Dimensions = new BudgetComparisonExpressionArgs
                {
                    Name = "ResourceGroupName",
                    Operator = BudgetOperatorType.In,
                    Values = { groups.Network.Name, groups.Data.Name, groups.App.Name, groups.Edge.Name, groups.Backup.Name, AppsEnvironment.ManagedGroup(context) },
                },
            },
            Notifications =
            {
                ["spent-half"] = Notice(50, ThresholdType.Actual),
                ["spent-most"] = Notice(90, ThresholdType.Actual),
                ["forecast-over"] = Notice(100, ThresholdType.Forecasted),
            },
        }, new CustomResourceOptions { Parent = this });
        RegisterOutputs();
    }

    /// <summary>What a month may cost, in the subscription's currency.</summary>
    public double Amount { get; }
}
