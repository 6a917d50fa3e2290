// Writes eng/StandIns/Pulumi.AzureNative/Generated: the part of Pulumi.AzureNative that surface.json names, and every type that it leads to.
//
// It derives from the npm package @pulumi/azure-native of the same version: both are generated from one schema, so members, required inputs,
// enums, defaults and type tokens are those of the .NET package. package.mjs finds them, declarations.mjs reads the TypeScript, types.mjs
// has the rules from TypeScript types to C# ones, classes.mjs writes the classes. TypeScript has one type of number where C# has two:
// doubles.txt names those that are a double (the schema's 64-bit integers and fractions), numbers of integer type are the rest.
//
//   node generate.mjs <directory of the unpacked package> <directory to write>
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { enumStruct, functionClass, inputClass, outputClass, plainArgsClass, resourceClass } from './classes.mjs';
import { Package } from './package.mjs';
import { CSharpTypes, pascal } from './types.mjs';

const [source, target] = process.argv.slice(2);
if (target === undefined) throw new Error('Expected two directories: the unpacked package, and the one to write.');
const here = fileURLToPath(new URL('.', import.meta.url));
const surface = JSON.parse(readFileSync(join(here, 'surface.json'), 'utf8'));
const doubles = new Set(readFileSync(join(here, 'doubles.txt'), 'utf8').split('\n').filter(line => line !== '' && !line.startsWith('#')));
const numbers = new Set();
const read = new Package(source);
if (read.version !== surface.version) throw new Error(`surface.json wants version ${surface.version}, the package is ${read.version}.`);

const written = new Map();
const waiting = [];
const types = new CSharpTypes(namespaceOf, numberType, type => {
  const key = `${type.space}.${type.module}.${type.name}`;
  if (written.has(key)) return;
  written.set(key, null);
  waiting.push([key, type]);
});

for (const [module, { resources, functions = [] }] of Object.entries(surface.modules)) {
  for (const name of resources) written.set(`resources.${module}.${name}`, resource(module, name));
  for (const name of functions) written.set(`resources.${module}.${pascal(name)}`, invocation(module, name));
}
while (waiting.length > 0) {
  const [key, type] = waiting.pop();
  written.set(key, nested(type));
}
const unused = [...doubles].filter(name => !numbers.has(name));
if (unused.length > 0) throw new Error(`doubles.txt names what is no number here: ${unused.join(', ')}`);
write();

function namespaceOf(module) {
  const known = surface.modules[module];
  if (known === undefined) throw new Error(`A type of the module ${module} is needed: give it a namespace in surface.json.`);
  return known.namespace;
}

function numberType({ module, owner, property }) {
  const name = `${module}.${owner.replace(/(Args|Response|Result)$/, '')}.${property}`;
  numbers.add(name);
  return doubles.has(name) ? 'double' : 'int';
}

function resource(module, name) {
  const file = read.file(module, name);
  const args = file.get(`${name}Args`);
  const token = read.resourceToken(module, name);
  const at = { module, owner: name };
  const defaults = defaultsOf(module, read.resourceDefaults(module, name));
  return [
    resourceClass(name, token, file.get(name), args.every(member => member.optional), types, at),
    inputClass(`${name}Args`, 'ResourceArgs', args, types, at, defaults),
  ].join('\n\n');
}

function invocation(module, name) {
  const file = read.file(module, name);
  const className = pascal(name);
  const args = file.get(`${className}Args`) ?? [];
  const at = { module, owner: className };
  const hasArgs = args.length === 0 ? 'none' : args.every(member => member.optional) ? 'optional' : 'required';
  return [
    functionClass(className, read.functionToken(module, name), hasArgs),
    ...(hasArgs === 'none' ? [] : [
      plainArgsClass(`${className}Args`, args, types, at),
      inputClass(`${className}InvokeArgs`, 'InvokeArgs', file.get(`${className}OutputArgs`), types, at),
    ]),
    outputClass(`${className}Result`, file.get(`${className}Result`), types, at),
  ].join('\n\n');
}

function nested({ space, module, name }) {
  if (space === 'enums') return enumStruct(name, read.enum(module, name));
  const members = read.nested(space, module, name);
  const at = { module, owner: name };
  if (space === 'outputs') return outputClass(name, members, types, at);
  return inputClass(name, 'ResourceArgs', members, types, at, defaultsOf(module, read.nestedDefaults(module, name)));
}

/** A default of a closed enum is one of its members, any other is the literal. */
function defaultsOf(module, defaults) {
  return ({ name, type }) => {
    const literal = defaults.get(name);
    if (literal === undefined || type.space !== 'enums') return literal;
    const [member] = read.enum(type.module, type.name).find(([, value]) => value === JSON.parse(literal));
    return `Pulumi.AzureNative.${namespaceOf(type.module)}.${type.name}.${member}`;
  };
}

function write() {
  const folders = { resources: '', enums: '', inputs: '.Inputs', outputs: '.Outputs' };
  const files = { resources: '', enums: '.Enums', inputs: '.Inputs', outputs: '.Outputs' };
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const header = [
    '// <auto-generated>',
    `//   From the types of @pulumi/azure-native ${surface.version}, by eng/AzureNativeSurface/generate.`,
    '// </auto-generated>',
  ];
  const version = ['namespace Pulumi.AzureNative;', '', 'internal static partial class Utilities', '{', `    public const string Version = "${surface.version}";`, '}'];
  writeFileSync(join(target, 'Version.cs'), [...header, ...version, ''].join('\n'));
  for (const module of Object.keys(surface.modules)) {
    for (const space of Object.keys(folders)) {
      const keys = [...written.keys()].filter(key => key.startsWith(`${space}.${module}.`)).sort();
      if (keys.length === 0) continue;
      const head = [
        ...header,
        '#nullable enable',
        'using System.Collections.Immutable;',
        'using Pulumi.Serialization;',
        '',
        `namespace Pulumi.AzureNative.${namespaceOf(module)}${folders[space]};`,
      ];
      const text = [head.join('\n'), ...keys.map(key => written.get(key))].join('\n\n');
      writeFileSync(join(target, `${namespaceOf(module)}${files[space]}.cs`), `${text}\n`);
    }
  }
}
