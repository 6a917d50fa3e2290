using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

public class ReferenceExpressionBuilder
{
    private readonly StringBuilder _format;
    private readonly List<IValueProvider> _providers;
    private readonly List<string> _manifestExpressions;
    private readonly List<string?> _stringFormats;

    public ReferenceExpressionBuilder()
        : this(32, 4)
    {
    }

    internal ReferenceExpressionBuilder(int literalLength, int holes)
    {
        _format = new StringBuilder(literalLength * 2);
        _providers = new List<IValueProvider>(holes);
        _manifestExpressions = new List<string>(holes);
        _stringFormats = new List<string?>(holes);
    }

    public bool IsEmpty => _format.Length == 0;

    public void Append([InterpolatedStringHandlerArgument("")] in ReferenceExpressionBuilderInterpolatedStringHandler handler)
    {
        // The handler has written into this builder already.
    }

    public void AppendLiteral(string value) => _format.Append(value);

    public void AppendFormatted(string? value) => _format.Append(value);

    public void AppendFormatted(string? value, string? format = null) => _format.Append(value is null ? null : ExpressionText.Encode(value, format));

    public void AppendFormatted<T>(T valueProvider)
        where T : IValueProvider, IManifestExpressionProvider => AppendFormatted(valueProvider, null);

    public void AppendFormatted<T>(T valueProvider, string? format)
        where T : IValueProvider, IManifestExpressionProvider
    {
        _format.Append(CultureInfo.InvariantCulture, $"{{{_providers.Count}}}");
        _providers.Add(valueProvider);
        _manifestExpressions.Add(valueProvider.ValueExpression);
        _stringFormats.Add(format);
    }

    [Obsolete("ReferenceExpression instances can't be used in interpolated string with a custom format. Duplicate the inner expression in-place.", true)]
    public void AppendFormatted(ReferenceExpression valueProvider, string format) => throw new InvalidOperationException("A reference expression takes no format.");

    public void AppendValueProvider(object valueProvider, string? format = null)
    {
        switch (valueProvider is IResourceBuilder<IResource> builder ? builder.Resource : valueProvider)
        {
            case IExpressionValue value:
                AppendFormatted(value, format);
                break;
            case var other:
                throw new ArgumentException($"A value of type {other.GetType().Name} cannot be part of an expression.", nameof(valueProvider));
        }
    }

    public ReferenceExpression Build() => new(_format.ToString(), [.. _providers], [.. _manifestExpressions], [.. _stringFormats]);

    [InterpolatedStringHandler]
    public ref struct ReferenceExpressionBuilderInterpolatedStringHandler
    {
        private readonly ReferenceExpressionBuilder _builder;

        public ReferenceExpressionBuilderInterpolatedStringHandler(int literalLength, int formattedCount, ReferenceExpressionBuilder builder) => _builder = builder;

        public readonly void AppendLiteral(string value) => _builder.AppendLiteral(ExpressionText.Escape(value));

        public readonly void AppendFormatted(string? value) => _builder.AppendLiteral(ExpressionText.Escape(value ?? ""));

        public void AppendFormatted(string? value, string format) => _builder.AppendLiteral(ExpressionText.Escape(ExpressionText.Encode(value ?? "", format)));

        public void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider, null);

        public void AppendFormatted<T>(T valueProvider, string? format)
            where T : IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider, format);

        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider.Resource, null);

        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format)
            where T : IResource, IValueProvider, IManifestExpressionProvider => _builder.AppendFormatted(valueProvider.Resource, format);

        [Obsolete("ReferenceExpression instances can't be used in interpolated string with a custom format. Duplicate the inner expression in-place.", true)]
        public void AppendFormatted(ReferenceExpression valueProvider, string format) => throw new InvalidOperationException("A reference expression takes no format.");
    }
}
