// Reads the TypeScript declarations of the package into plain objects. They are machine-made and regular, so a small recursive descent does.
//   member: { name, optional, type }
//   type:   { kind: 'name', name } | { kind: 'ref', space: 'inputs'|'outputs'|'enums', module, name } | { kind: 'literal' }
//           | { kind: 'array'|'map', of: type } | { kind: 'union', of: type[] }
// `pulumi.Input<T>` and `pulumi.Output<T>` are read as T, and `T | undefined` as an optional T.

/** The interfaces and classes declared in a text: name -> members. */
export function readDeclarations(text) {
  const source = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\/\/.*$/gm, '');
  const declarations = new Map();
  for (const [, , name, body] of source.matchAll(/^( *)(?:export )?(?:declare )?(?:interface|class) (\w+)[^{\n]*\{\n([\s\S]*?)^\1\}/gm)) {
    declarations.set(name, new Reader(body).members());
  }
  return declarations;
}

/** The enums of one module: name -> [member, value] pairs. */
export function readEnums(text) {
  const enums = new Map();
  for (const [, name, body] of text.matchAll(/^export declare const (\w+): \{\n([\s\S]*?)^\};/gm)) {
    const members = [...body.matchAll(/^ *readonly (\w+): ("(?:[^"\\]|\\.)*");/gm)].map(([, member, value]) => [member, JSON.parse(value)]);
    if (members.length === 0) throw new Error(`The enum ${name} has no members that are strings.`);
    enums.set(name, members);
  }
  return enums;
}

/** One `export declare namespace` of the big declaration files: its text. */
export function namespaceText(text, module) {
  const start = text.indexOf(`\nexport declare namespace ${module} {\n`);
  if (start < 0) throw new Error(`The package declares no namespace ${module}.`);
  return text.slice(start, text.indexOf('\n}', start + 1));
}

class Reader {
  constructor(text) {
    this.tokens = text.match(/"(?:[^"\\]|\\.)*"|[\w$.]+|\S/g) ?? [];
    this.at = 0;
  }

  members() {
    const members = [];
    while (this.at < this.tokens.length) {
      if (this.take('static') || this.peek() === 'constructor') this.skipStatement();
      else members.push(this.member());
    }
    return members;
  }

  member() {
    this.take('readonly');
    const name = this.tokens[this.at++];
    const marked = this.take('?');
    this.expect(':');
    const type = this.type();
    this.expect(';');
    return { name, optional: marked || canBeUndefined(type), type: withoutUndefined(type) };
  }

  type() {
    const of = [this.single()];
    while (this.take('|')) of.push(this.single());
    const flat = of.flatMap(type => type.kind === 'union' ? type.of : [type]);
    return flat.length === 1 ? flat[0] : { kind: 'union', of: flat };
  }

  single() {
    let type = this.primary();
    while (this.peek() === '[' && this.tokens[this.at + 1] === ']') {
      this.at += 2;
      type = { kind: 'array', of: withoutUndefined(type) };
    }
    return type;
  }

  primary() {
    const token = this.tokens[this.at++];
    if (token === '(') {
      const type = this.type();
      this.expect(')');
      return type;
    }
    if (token === '{') {
      for (const expected of ['[', 'key', ':', 'string', ']', ':']) this.expect(expected);
      const of = withoutUndefined(this.type());
      this.take(';');
      this.expect('}');
      return { kind: 'map', of };
    }
    if (token === 'pulumi.Input' || token === 'pulumi.Output') {
      this.expect('<');
      const type = this.type();
      this.expect('>');
      return type;
    }
    if (token.startsWith('"')) return { kind: 'literal' };
    const [space, module, name] = token.split('.');
    if (name !== undefined) return { kind: 'ref', space, module, name };
    if (!['string', 'number', 'boolean', 'any', 'undefined'].includes(token)) throw new Error(`There is no rule for the type '${token}'.`);
    return { kind: 'name', name: token };
  }

  peek() { return this.tokens[this.at]; }

  take(token) {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }

  expect(token) {
    if (!this.take(token)) throw new Error(`Expected '${token}', found '${this.tokens.slice(this.at, this.at + 8).join(' ')}'.`);
  }

  skipStatement() {
    while (this.tokens[this.at++] !== ';');
  }
}

const isUndefined = type => type.kind === 'name' && type.name === 'undefined';
const canBeUndefined = type => type.kind === 'union' && type.of.some(isUndefined);

function withoutUndefined(type) {
  if (type.kind !== 'union') return type;
  const of = type.of.filter(member => !isUndefined(member));
  return of.length === 1 ? of[0] : { kind: 'union', of };
}
