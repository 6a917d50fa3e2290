using System.Collections.Immutable;
using System.Text.Json;
using Pulumi;
using Pulumi.Utilities;

namespace Microblog.StandIns.Tests;

public sealed class OutputTests
{
    [Fact]
    public async Task Apply_takes_values_tasks_inputs_and_outputs()
    {
        var two = Output.Create(2);

        Assert.Equal(4, await two.Apply(value => value + 2).ValueAsync());
        Assert.Equal(4, await two.Apply(value => Task.FromResult(value + 2)).ValueAsync());
        Assert.Equal(4, await two.Apply(value => (Input<int>)(value + 2)).ValueAsync());
        Assert.Equal(4, await two.Apply(value => Output.Create(value + 2)).ValueAsync());
        Assert.Null(await two.Apply(_ => (Output<string>?)null).ValueAsync());
    }

    [Fact]
    public async Task Secrecy_comes_from_either_side_of_an_apply()
    {
        var open = Output.Create("a");
        var secret = Output.CreateSecret("b");

        Assert.False(await open.Apply(value => value + "!").IsSecretAsync());
        Assert.True(await secret.Apply(value => value + "!").IsSecretAsync());
        Assert.True(await open.Apply(_ => secret).IsSecretAsync());
        Assert.True(await Output.CreateSecret(open).IsSecretAsync());
        Assert.False(await Output.Unsecret(secret).IsSecretAsync());
        Assert.Equal("b", await Output.Unsecret(secret).ValueAsync());
    }

    [Fact]
    public async Task Nothing_is_applied_to_what_is_unknown()
    {
        var called = false;

        var result = Outputs.Unknown<string>().Apply(value => called = true);

        Assert.False(await result.IsKnownAsync());
        Assert.False(called);
        Assert.False(await Output.Create(1).Apply(_ => Outputs.Unknown<int>()).IsKnownAsync());
    }

    [Fact]
    public async Task All_keeps_the_order_and_is_as_secret_and_unknown_as_its_parts()
    {
        Assert.Equal(["a", "b"], await Output.All(Output.Create("a"), Output.Create("b")).ValueAsync());
        Assert.True(await Output.All(Output.Create("a"), Output.CreateSecret("b")).IsSecretAsync());
        Assert.False(await Output.All(Output.Create("a"), Outputs.Unknown<string>()).IsKnownAsync());
        Assert.Empty(await Output.All(Array.Empty<Output<string>>()).ValueAsync());
    }

    [Fact]
    public async Task Tuple_keeps_types_apart()
    {
        var all = Output.Tuple(Output.Create(1), Output.CreateSecret("two"), Output.Create(3.0));

        Assert.Equal((1, "two", 3.0), await all.ValueAsync());
        Assert.True(await all.IsSecretAsync());
        Assert.Equal((1, (string?)null), await Output.Tuple(Output.Create(1), Output.Create((string?)null)).ValueAsync());
    }

    [Fact]
    public async Task Format_takes_values_inputs_and_outputs_in_the_invariant_culture()
    {
        Input<string> host = "db";

        var text = Output.Format($"{host}:{Output.Create(5432)}/{1.5:0.00}{null}");

        Assert.Equal("db:5432/1.50", await text.ValueAsync());
        Assert.True(await Output.Format($"{host} {Output.CreateSecret("pw")}").IsSecretAsync());
        Assert.False(await Output.Format($"{host} {Outputs.Unknown<string>()}").IsKnownAsync());
    }

    [Fact]
    public async Task JsonSerialize_resolves_outputs_inside_and_takes_over_their_secrecy()
    {
        var value = Output.Create(new Dictionary<string, object> { ["user"] = Output.Create("admin"), ["ports"] = new List<int> { 1, 2 } });
        Assert.Equal("""{"user":"admin","ports":[1,2]}""", await Output.JsonSerialize(value).ValueAsync());
        Assert.False(await Output.JsonSerialize(value).IsSecretAsync());

        var secret = Output.Create(new Dictionary<string, Input<string>> { ["password"] = Output.CreateSecret("pw") });
        Assert.Equal("""{"password":"pw"}""", await Output.JsonSerialize(secret).ValueAsync());
        Assert.True(await Output.JsonSerialize(secret).IsSecretAsync());

        var lists = Output.Create(new Dictionary<string, InputList<int>> { ["all"] = new List<int> { 1, 2 } });
        Assert.Equal("""{"all":[1,2]}""", await Output.JsonSerialize(lists).ValueAsync());

        var unknown = Output.Create(new Dictionary<string, Output<string>> { ["id"] = Outputs.Unknown<string>() });
        Assert.False(await Output.JsonSerialize(unknown).IsKnownAsync());
    }

    [Fact]
    public async Task JsonSerialize_heeds_the_options_and_leaves_them_alone()
    {
        var options = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

        var json = Output.JsonSerialize(Output.Create(new { BigName = Output.Create(1) }), options);

        Assert.Equal("""{"bigName":1}""", await json.ValueAsync());
        Assert.Empty(options.Converters);
    }

    [Fact]
    public async Task JsonDeserialize_keeps_secrecy_and_makes_outputs()
    {
        var value = Output.JsonDeserialize<Dictionary<string, Output<int>>>(Output.CreateSecret("""{"a":1}"""));

        Assert.True(await value.IsSecretAsync());
        Assert.Equal(1, await (await value.ValueAsync())["a"].ValueAsync());
        Assert.True(await (await value.ValueAsync())["a"].IsSecretAsync());
    }

    [Fact]
    public async Task Lists_and_maps_gather_values_inputs_and_outputs()
    {
        InputList<string> list = ["a", Output.Create("b")];
        list.Add("c");
        list.AddRange(new List<string> { "d", "e" });
        Assert.Equal(["a", "b", "c", "d", "e"], await list.ToOutput().ValueAsync());
        Assert.Equal(["a", "b", "c", "d", "e", "f"], await list.Concat("f").ToOutput().ValueAsync());

        InputList<string> fromOutput = Output.CreateSecret(new List<string> { "x" });
        Assert.True(await fromOutput.ToOutput().IsSecretAsync());

        var map = new InputMap<string> { { "a", "1" }, { "b", Output.Create("2") } };
        var merged = InputMap<string>.Merge(map, new Dictionary<string, string> { ["b"] = "3" });
        Assert.Equal([("a", "1"), ("b", "3")], (await merged.ToOutput().ValueAsync()).Select(entry => (entry.Key, entry.Value)).Order());
    }

    [Fact]
    public async Task A_key_cannot_be_in_a_map_with_two_values()
    {
        var same = new InputMap<string> { ["a"] = "1" };
        same.Add("a", "1");
        Assert.Single(await same.ToOutput().ValueAsync());

        var map = new InputMap<string> { ["a"] = "1" };
        map.Add("a", "2");
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => map.ToOutput().ValueAsync());
        Assert.Equal("Key 'a' already exists in the map with a different value.", failure.Message);
    }

    [Fact]
    public async Task A_list_cannot_be_walked_while_its_values_are_not_there()
    {
        InputList<int> list = [1, 2];

        Assert.Throws<NotSupportedException>(() => ((System.Collections.IEnumerable)list).GetEnumerator());
        var values = new List<int>();
        await foreach (var item in list)
        {
            values.Add(await item.ToOutput().ValueAsync());
        }

        Assert.Equal([1, 2], values);
    }

    [Fact]
    public async Task Extensions_reach_into_arrays_and_unions()
    {
        var array = Output.Create(ImmutableArray.Create("a", "b"));
        Assert.Equal("a", await array.First().ValueAsync());
        Assert.Equal("b", await array.GetAt(1).ValueAsync());
        Assert.Equal(2, await array.Length().ValueAsync());

        var union = Output.Create((Union<string, int>)5);
        Assert.False(await union.IsT0().ValueAsync());
        Assert.Equal(5, await union.AsT1().ValueAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => union.AsT0().ValueAsync());
    }

    [Fact]
    public async Task A_deferred_output_is_what_it_is_resolved_with_once()
    {
        var deferred = new DeferredOutput<string>();
        deferred.Resolve(Output.CreateSecret("later"));

        Assert.Equal("later", await deferred.Output.ValueAsync());
        Assert.True(await deferred.Output.IsSecretAsync());
        Assert.Throws<InvalidOperationException>(() => deferred.Resolve(Output.Create("again")));
    }

    [Fact]
    public async Task A_failure_inside_an_apply_is_the_failure_of_the_output()
    {
        var failing = Output.Create(1).Apply((Func<int, int>)(_ => throw new FormatException("no")));

        await Assert.ThrowsAsync<FormatException>(() => failing.Apply(value => value + 1).ValueAsync());
        await Assert.ThrowsAsync<FormatException>(() => OutputUtilities.GetIsKnownAsync(failing));
    }
}
