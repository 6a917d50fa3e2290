// How a TypeScript type is spelt in C#, by the rules of the provider's own .NET code generator.
//   string, boolean, any     string, bool, object; a string literal is a string
//   number                   int or double: TypeScript does not tell, doubles.txt does
//   T[], {[key: string]: T}  ImmutableArray<T>, ImmutableDictionary<string, T>; of an input InputList<T> and InputMap<T>
//   A | B                    Union<A, B>, of an input InputUnion<A, B>; three or more differing types are an object
//   string | an enum         of a result: string
const primitives = { string: 'string', boolean: 'bool', any: 'object' };

export class CSharpTypes {
  /** `onReference(type)` hears of every type that the C# text needs to exist. */
  constructor(namespaces, numberType, onReference) {
    this.namespaces = namespaces;
    this.numberType = numberType;
    this.onReference = onReference;
  }

  /** A value as it is: member of a result, argument of InvokeAsync, element of a list. `at` is { module, owner, property, isResult }. */
  plain(type, at) {
    switch (type.kind) {
      case 'name': return type.name === 'number' ? this.numberType(at) : primitives[type.name];
      case 'literal': return 'string';
      case 'array': return `ImmutableArray<${this.plain(type.of, at)}>`;
      case 'map': return `ImmutableDictionary<string, ${this.plain(type.of, at)}>`;
      case 'ref': return this.reference(type, at);
      default: return this.union(type, at, 'Union', element => element);
    }
  }

  /** The property of an Args class. */
  input(type, at) {
    switch (type.kind) {
      case 'array': return `InputList<${this.plain(type.of, at)}>`;
      case 'map': return `InputMap<${this.plain(type.of, at)}>`;
      case 'union': return this.union(type, at, 'InputUnion', element => `Input<${element}>`);
      default: return `Input<${this.plain(type, at)}>`;
    }
  }

  union(type, at, generic, single) {
    if (at.isResult && type.of.some(member => member.space === 'enums')) return 'string';
    // The classes behind a result that is an object are left out: nothing in its signature leads to them.
    if (at.isResult && type.of.length > 2) return 'object';
    const members = [...new Set(type.of.map(member => this.plain(member, at)))];
    if (members.length > 2) return 'object';
    return members.length === 1 ? single(members[0]) : `${generic}<${members.join(', ')}>`;
  }

  reference(type, at) {
    this.onReference(type);
    const namespace = `Pulumi.AzureNative.${this.namespaces(type.module)}`;
    if (type.space === 'enums') return `${namespace}.${type.name}`;
    const folder = type.space === 'inputs' ? 'Inputs' : 'Outputs';
    return type.module === at.module ? `${folder}.${type.name}` : `${namespace}.${folder}.${type.name}`;
  }
}

/** `enabledState` -> `EnabledState`; the rest of the name keeps its casing. */
export const pascal = name => name[0].toUpperCase() + name.slice(1);

export const isValueType = csharp => csharp === 'bool' || csharp === 'int' || csharp === 'double';
