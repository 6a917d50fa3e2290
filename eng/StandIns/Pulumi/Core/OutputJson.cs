using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pulumi;

public static partial class Output
{
    /// <summary>The value as JSON; outputs inside of it are resolved, and make the whole secret or unknown.</summary>
    public static Output<string> JsonSerialize<T>(Output<T> value, JsonSerializerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(Resolve());

        async Task<OutputData<string>> Resolve()
        {
            var data = await value.Data.ConfigureAwait(false);
            if (!data.IsKnown)
            {
                return new(data.Resources, "", IsKnown: false, data.IsSecret);
            }

            var seen = new OutputJson(data.Boxed);
            var json = JsonSerializer.Serialize(data.Value, seen.AddedTo(options));
            return new(seen.Resources, seen.IsKnown ? json : "", seen.IsKnown, seen.IsSecret);
        }
    }

    public static Output<T> JsonDeserialize<T>(Output<string> json, JsonSerializerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new(Resolve());

        async Task<OutputData<T>> Resolve()
        {
            var data = await json.Data.ConfigureAwait(false);
            var value = data.IsKnown ? JsonSerializer.Deserialize<T>(data.Value, new OutputJson(data.Boxed).AddedTo(options)) : default;
            return new(data.Resources, value!, data.IsKnown, data.IsSecret);
        }
    }
}

/// <summary>Writes outputs and inputs as what they resolve to, and notes what that was.</summary>
internal sealed class OutputJson(OutputData<object?> outer) : JsonConverterFactory
{
    public ImmutableHashSet<Resource> Resources { get; private set; } = outer.Resources;

    public bool IsKnown { get; private set; } = true;

    public bool IsSecret { get; private set; } = outer.IsSecret;

    public JsonSerializerOptions AddedTo(JsonSerializerOptions? options)
    {
        var own = options is null ? new() : new JsonSerializerOptions(options);
        own.Converters.Add(this);
        return own;
    }

    public override bool CanConvert(Type typeToConvert) => Wrapped(typeToConvert) is not null;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<,>).MakeGenericType(typeToConvert, Wrapped(typeToConvert)!), this)!;

    private static Type? Wrapped(Type type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.IsGenericType && current.GetGenericTypeDefinition() is var open && (open == typeof(Output<>) || open == typeof(Input<>)))
            {
                return current.GetGenericArguments()[0];
            }
        }

        return null;
    }

    private sealed class Converter<TOuter, TValue>(OutputJson parent) : JsonConverter<TOuter> where TOuter : class
    {
        public override TOuter Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var value = JsonSerializer.Deserialize<TValue>(ref reader, options)!;
            var output = new Output<TValue>(Task.FromResult(new OutputData<TValue>(parent.Resources, value, IsKnown: true, parent.IsSecret)));
            if (typeof(TOuter) == typeof(Output<TValue>))
            {
                return (TOuter)(object)output;
            }

            var conversion = typeof(TOuter).GetMethod("op_Implicit", [typeof(Output<TValue>)])
                ?? throw new NotSupportedException($"{typeof(TOuter)} cannot be read from JSON.");
            return (TOuter)conversion.Invoke(null, [output])!;
        }

        public override void Write(Utf8JsonWriter writer, TOuter value, JsonSerializerOptions options)
        {
            var output = value as IOutput ?? ((IInput)(object)value).ToOutput();
            var data = output.GetDataAsync().GetAwaiter().GetResult();
            parent.Resources = parent.Resources.Union(data.Resources);
            parent.IsKnown &= data.IsKnown;
            if (!data.IsKnown)
            {
                writer.WriteNullValue();
                return;
            }

            parent.IsSecret |= data.IsSecret;
            JsonSerializer.Serialize(writer, (TValue)data.Value!, options);
        }
    }
}
