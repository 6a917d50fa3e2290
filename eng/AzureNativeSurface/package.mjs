// The npm package on disk: declarations, enums, defaults and tokens of a module, each file read once.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { namespaceText, readDeclarations, readEnums } from './declarations.mjs';

export class Package {
  constructor(directory) {
    this.directory = directory;
    this.texts = new Map();
    this.parsed = new Map();
  }

  get version() { return JSON.parse(this.text('package.json')).version; }

  /** Members of `inputs.<module>.<name>` or `outputs.<module>.<name>`. */
  nested(space, module, name) {
    const file = space === 'inputs' ? 'types/input.d.ts' : 'types/output.d.ts';
    const declarations = this.once(`${space}.${module}`, () => readDeclarations(namespaceText(this.text(file), module)));
    return found(declarations.get(name), `${space}.${module}.${name}`);
  }

  /** [member, value] pairs of `enums.<module>.<name>`. */
  enum(module, name) {
    const enums = this.once(`enums.${module}`, () => readEnums(this.text(`types/enums/${module}/index.d.ts`)));
    return found(enums.get(name), `enums.${module}.${name}`);
  }

  /** The declarations of the file that declares a resource or a function: name -> members. */
  file(module, name) {
    return readDeclarations(this.text(`${module}/${this.fileName(module, name)}.d.ts`));
  }

  resourceToken(module, name) {
    const [, token] = found(this.script(module, name).match(/static __pulumiType = '([^']+)'/), `the type token of ${module}.${name}`);
    return token;
  }

  functionToken(module, name) {
    const [, token] = found(this.script(module, name).match(/runtime\.invoke\("([^"]+)"/), `the token of ${module}.${name}`);
    return token;
  }

  /** property -> literal that the package sends where a program sets nothing. */
  resourceDefaults(module, name) {
    return new Map([...this.script(module, name).matchAll(/resourceInputs\["(\w+)"\] = \(args\?\.\1\) \?\? (.+);$/gm)].map(([, key, value]) => [key, value]));
  }

  nestedDefaults(module, name) {
    const camel = name[0].toLowerCase() + name.slice(1);
    const defaults = this.once(`defaults.${module}`, () => this.moduleDefaults(module));
    return defaults.get(camel) ?? new Map();
  }

  moduleDefaults(module) {
    const script = this.text('types/input.js');
    const start = script.indexOf(`\n(function (${module}) {\n`);
    const text = start < 0 ? '' : script.slice(start, script.indexOf(`\n})(${module} = `, start));
    return new Map([...text.matchAll(/^    function (\w+)ProvideDefaults\(val\) \{\n([\s\S]*?)^    \}/gm)].map(([, type, body]) =>
      [type, new Map([...body.matchAll(/^ *(\w+): \(val\.\1\) \?\? (.+),$/gm)].map(([, key, value]) => [key, value]))]));
  }

  script(module, name) { return this.text(`${module}/${this.fileName(module, name)}.js`); }

  /** `AFDEndpoint` lives in afdendpoint.js: found by its declaration, as the casing of files follows no rule. */
  fileName(module, name) {
    const files = this.once(`files.${module}`, () => readdirSync(join(this.directory, module)));
    const file = files.find(file => file.endsWith('.d.ts') && file.toLowerCase() === `${name.toLowerCase()}.d.ts`);
    return found(file, `${module}/${name}`).slice(0, -'.d.ts'.length);
  }

  text(path) {
    if (!this.texts.has(path)) this.texts.set(path, readFileSync(join(this.directory, path), 'utf8'));
    return this.texts.get(path);
  }

  once(key, read) {
    if (!this.parsed.has(key)) this.parsed.set(key, read());
    return this.parsed.get(key);
  }
}

function found(value, what) {
  if (value === undefined || value === null) throw new Error(`The package does not declare ${what}.`);
  return value;
}
