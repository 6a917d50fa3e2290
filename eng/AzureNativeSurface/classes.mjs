// The C# text of one declaration each. Members are written one a line, and what the real package generates around them (the documentation,
// the aliases to older API versions) is left out.
import { isValueType, pascal } from './types.mjs';

const keywords = new Set(('abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit '
  + 'extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator out override params private '
  + 'protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort '
  + 'using virtual void volatile while').split(' '));

/** A member whose C# name is its class's would not compile; the real package renames it, and no class here has needed that. */
function propertyName(member, className) {
  const name = pascal(member.name);
  if (name === className) throw new Error(`${className} has a member of its own name: look up what the real package calls it.`);
  return name;
}

const required = member => member.optional ? '' : ', required: true';
const mark = member => member.optional ? '?' : '';

/** `XArgs` of a resource, of a nested input and `XInvokeArgs` of a function: every property is an Input. */
export function inputClass(name, base, members, types, at, defaultOf) {
  const lines = [`public sealed class ${name} : global::Pulumi.${base}`, '{'];
  const assignments = [];
  for (const member of members) {
    const property = propertyName(member, name);
    const type = types.input(member.type, { ...at, property: member.name });
    if (type.startsWith('InputList<') || type.startsWith('InputMap<')) {
      lines.push(...lazy(member, property, type));
    } else {
      const initial = member.optional ? '' : ' = null!;';
      lines.push(`    [Input("${member.name}"${required(member)})] public ${type}${mark(member)} ${property} { get; set; }${initial}`);
    }
    const value = defaultOf?.(member);
    if (value !== undefined) assignments.push(`${property} = ${value};`);
  }
  const body = assignments.length === 0 ? ' { }' : `\n    {\n${assignments.map(line => `        ${line}\n`).join('')}    }`;
  lines.push(`    public ${name}()${body}`, `    public static new ${name} Empty => new ${name}();`, '}');
  return lines.join('\n');
}

/** `XArgs` of a function, for InvokeAsync: plain values. */
export function plainArgsClass(name, members, types, at) {
  const lines = [`public sealed class ${name} : global::Pulumi.InvokeArgs`, '{'];
  for (const member of members) {
    const property = propertyName(member, name);
    const type = types.plain(member.type, { ...at, property: member.name });
    if (/^Immutable(Array|Dictionary)</.test(type)) {
      lines.push(...lazy(member, property, type.replace(/^ImmutableArray/, 'List').replace(/^ImmutableDictionary/, 'Dictionary')));
    } else {
      const initial = member.optional || isValueType(type) ? '' : ' = null!;';
      lines.push(`    [Input("${member.name}"${required(member)})] public ${type}${mark(member)} ${property} { get; set; }${initial}`);
    }
  }
  lines.push(`    public ${name}() { }`, `    public static new ${name} Empty => new ${name}();`, '}');
  return lines.join('\n');
}

/** Never null, so that a collection initializer can add to it. */
function lazy(member, property, type) {
  return [
    `    [Input("${member.name}"${required(member)})] private ${type}? _${member.name};`,
    `    public ${type} ${property} { get => _${member.name} ??= new ${type}(); set => _${member.name} = value; }`,
  ];
}

/** `XResponse` and the result of a function. */
export function outputClass(name, members, types, at) {
  const fields = members.map(member => {
    const plain = types.plain(member.type, { ...at, property: member.name, isResult: true });
    return {
      name: propertyName(member, name),
      parameter: keywords.has(member.name) ? `@${member.name}` : member.name,
      type: member.optional && !plain.startsWith('ImmutableArray<') ? `${plain}?` : plain,
    };
  });
  const assign = field => `${field.name === field.parameter ? 'this.' : ''}${field.name} = ${field.parameter};`;
  return [
    '[OutputType]',
    `public sealed class ${name}`,
    '{',
    ...fields.map(field => `    public readonly ${field.type} ${field.name};`),
    '    [OutputConstructor]',
    `    private ${name}(${fields.map(field => `${field.type} ${field.parameter}`).join(', ')})`,
    `    { ${fields.map(assign).join(' ')} }`,
    '}',
  ].join('\n');
}

export function resourceClass(name, token, outputs, takesNothingRequired, types, at) {
  const args = takesNothingRequired ? `${name}Args? args = null` : `${name}Args args`;
  return [
    `[AzureNativeResourceType("${token}")]`,
    `public partial class ${name} : global::Pulumi.CustomResource`,
    '{',
    ...outputs.map(member => {
      const plain = types.plain(member.type, { ...at, property: member.name, isResult: true });
      const type = member.optional && !plain.startsWith('ImmutableArray<') ? `${plain}?` : plain;
      return `    [Output("${member.name}")] public Output<${type}> ${propertyName(member, name)} { get; private set; } = null!;`;
    }),
    `    public ${name}(string name, ${args}, CustomResourceOptions? options = null)`,
    `        : base("${token}", name, args ?? new ${name}Args(), Utilities.MakeResourceOptions(options, "")) { }`,
    `    private ${name}(string name, Input<string> id, CustomResourceOptions? options = null)`,
    `        : base("${token}", name, null, Utilities.MakeResourceOptions(options, id)) { }`,
    `    public static ${name} Get(string name, Input<string> id, CustomResourceOptions? options = null) => new ${name}(name, id, options);`,
    '}',
  ].join('\n');
}

/** `hasArgs` is 'none', 'optional' (all of them are) or 'required'. */
export function functionClass(name, token, hasArgs) {
  const call = (method, result, kind, parameters) => {
    const value = hasArgs === 'none' ? 'global::Pulumi.InvokeArgs.Empty' : `args ?? new ${name}${kind}()`;
    return `    public static ${result}<${name}Result> ${method}(${parameters})\n        => global::Pulumi.Deployment.Instance.${method}<${name}Result>("${token}", ${value}, options.WithDefaults());`;
  };
  const args = kind => ({ none: '', optional: `${name}${kind}? args = null, `, required: `${name}${kind} args, ` })[hasArgs];
  const requiredArgs = hasArgs === 'none' ? '' : `${name}InvokeArgs args, `;
  return [
    `public static class ${name}`,
    '{',
    call('InvokeAsync', 'Task', 'Args', `${args('Args')}InvokeOptions? options = null`),
    call('Invoke', 'Output', 'InvokeArgs', `${args('InvokeArgs')}InvokeOptions? options = null`),
    call('Invoke', 'Output', 'InvokeArgs', `${requiredArgs}InvokeOutputOptions options`),
    '}',
  ].join('\n');
}

export function enumStruct(name, members) {
  return [
    '[EnumType]',
    `public readonly struct ${name} : IEquatable<${name}>`,
    '{',
    '    private readonly string _value;',
    `    private ${name}(string value) => _value = value ?? throw new ArgumentNullException(nameof(value));`,
    ...members.map(([member, value]) => `    public static ${name} ${member === 'Equals' ? 'EqualsValue' : member} { get; } = new ${name}(${JSON.stringify(value)});`),
    `    public static bool operator ==(${name} left, ${name} right) => left.Equals(right); public static bool operator !=(${name} left, ${name} right) => !left.Equals(right);`,
    `    public static explicit operator string(${name} value) => value._value; public override string ToString() => _value;`,
    `    public override bool Equals(object? obj) => obj is ${name} other && Equals(other); public override int GetHashCode() => _value?.GetHashCode() ?? 0;`,
    `    public bool Equals(${name} other) => string.Equals(_value, other._value, StringComparison.Ordinal);`,
    '}',
  ].join('\n');
}
