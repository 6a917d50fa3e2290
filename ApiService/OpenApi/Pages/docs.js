'use strict';

// Everything shown comes from the document as text, never as markup.
const make = (tag, props = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
};

const methods = ['get', 'post', 'put', 'patch', 'delete'];

const resolve = (spec, thing) =>
  thing && thing.$ref ? thing.$ref.slice(2).split('/').reduce((part, name) => part[name.replace(/~1/g, '/').replace(/~0/g, '~')], spec) : thing;

// All parameters of an operation in one list, fields of the body among them.
const fieldsOf = (spec, operation) => {
  const fields = (operation.parameters || []).map(parameter => ({ ...resolve(spec, parameter) }));
  const content = operation.requestBody && operation.requestBody.content;
  if (content) {
    const schema = resolve(spec, (content['application/json'] || content['multipart/form-data']).schema);
    for (const [name, property] of Object.entries(schema.properties || {})) {
      fields.push({ name, in: 'body', description: property.description, required: (schema.required || []).includes(name), schema: property, example: (property.examples || [])[0] });
    }
  }
  return fields;
};

const bounds = schema => [
  schema.type === 'array' ? `list of ${schema.items.type}` : schema.format === 'binary' ? 'file' : schema.type,
  schema.minimum !== undefined && `from ${schema.minimum}`,
  schema.maximum !== undefined && `to ${schema.maximum}`,
  schema.maxLength !== undefined && `at most ${schema.maxLength} characters`,
  schema.maxItems !== undefined && `at most ${schema.maxItems}`,
  schema.default !== undefined && `default ${JSON.stringify(schema.default)}`,
  (schema.enum || (schema.items && schema.items.enum)) && `one of ${(schema.enum || schema.items.enum).join(', ')}`,
].filter(Boolean).join(', ');

const inputFor = field => {
  const input = make('input', { type: field.schema.format === 'binary' ? 'file' : 'text' });
  if (field.schema.format !== 'binary' && field.example !== undefined) {
    input.placeholder = Array.isArray(field.example) ? field.example.join(', ') : String(field.example);
    if (field.required && field.in !== 'path') input.value = input.placeholder;
  }
  return input;
};

const call = async (method, path, fields) => {
  const query = new URLSearchParams();
  const headers = {};
  const token = document.getElementById('token').value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  const body = new FormData();
  let hasBody = false;
  for (const { field, input } of fields) {
    const isFile = input.type === 'file';
    if (isFile ? input.files.length === 0 : input.value === '') continue;
    const isList = field.schema.type === 'array';
    const values = isFile ? [input.files[0]] : isList ? input.value.split(',').map(value => value.trim()) : [input.value];
    for (const value of values) {
      if (field.in === 'path') path = path.replace(`{${field.name}}`, encodeURIComponent(value));
      else if (field.in === 'query') query.append(field.name, value);
      else if (field.in === 'header') headers[field.name] = value;
      else {
        body.append(isList ? `${field.name}[]` : field.name, value);
        hasBody = true;
      }
    }
  }
  const url = path + (query.size ? `?${query}` : '');
  const started = performance.now();
  const response = await fetch(url, { method: method.toUpperCase(), headers, body: hasBody ? body : undefined, credentials: 'omit' });
  const text = await response.text();
  let shown = text;
  try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* not JSON: shown as it came */ }
  const told = ['link', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'x-request-id', 'retry-after']
    .filter(name => response.headers.has(name)).map(name => `${name}: ${response.headers.get(name)}`);
  return [`${method.toUpperCase()} ${url}`, `${response.status} ${response.statusText} in ${Math.round(performance.now() - started)} ms`, ...told, '', shown].join('\n');
};

const show = (spec, method, path, operation) => {
  const details = make('details', {}, make('summary', {}, make('b', { textContent: method.toUpperCase() }), make('code', { textContent: path }), make('span', { textContent: operation.summary || '' })));
  details.dataset.words = `${method} ${path} ${operation.summary} ${operation.description} ${operation.tags}`.toLowerCase();
  details.addEventListener('toggle', () => {
    if (!details.open || details.children.length > 1) return;
    const inside = make('div', { className: 'inside' }, make('p', { textContent: operation.description || '' }));
    const scopes = (operation.security || []).map(need => (need.oauth2 || []).join(' ')).filter(Boolean);
    inside.append(make('p', {}, make('small', { textContent: scopes.length ? `Scope: ${scopes.join(' or ')}` : 'No token needed' })));
    const fields = fieldsOf(spec, operation).map(field => ({ field, input: inputFor(field) }));
    if (fields.length) {
      const rows = fields.map(({ field, input }) => {
        input.setAttribute('aria-label', field.name);
        return make('tr', {},
          make('td', {}, make('code', { textContent: field.name }), field.required ? ' *' : '', make('br'), make('small', { textContent: field.in })),
          make('td', {}, field.description || '', make('br'), make('small', { textContent: bounds(field.schema) })),
          make('td', {}, input));
      });
      inside.append(make('table', {}, make('tbody', {}, ...rows)));
    }
    const answers = Object.entries(operation.responses || {}).map(([status, answer]) => make('tr', {}, make('td', { textContent: status }), make('td', { textContent: resolve(spec, answer).description })));
    inside.append(make('details', {}, make('summary', { textContent: 'Answers' }), make('table', {}, make('tbody', {}, ...answers))));
    const sample = ((operation['x-codeSamples'] || [])[0] || {}).source;
    if (sample) inside.append(make('pre', { textContent: sample }));
    const output = make('pre', { hidden: true });
    output.setAttribute('role', 'status');
    const button = make('button', { textContent: 'Try it' });
    button.addEventListener('click', async () => {
      button.disabled = true;
      try { output.textContent = await call(method, path, fields); } catch (error) { output.textContent = `No answer: ${error.message}`; }
      output.hidden = false;
      button.disabled = false;
    });
    inside.append(button, output);
    details.append(inside);
  });
  return details;
};

const start = async () => {
  const main = document.getElementById('operations');
  try {
    const spec = await (await fetch('/openapi/v1.json')).json();
    const groups = new Map();
    for (const [path, item] of Object.entries(spec.paths)) {
      for (const method of methods.filter(name => item[name])) {
        const tag = (item[method].tags || ['other'])[0];
        if (!groups.has(tag)) groups.set(tag, make('section', {}, make('h2', { textContent: tag })));
        groups.get(tag).append(show(spec, method, path, item[method]));
      }
    }
    main.replaceChildren(make('p', { textContent: spec.info.description.split('\n')[0] }), ...groups.values());
  } catch (error) {
    main.textContent = `The description could not be loaded: ${error.message}`;
  }
  document.getElementById('find').addEventListener('input', event => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const section of main.querySelectorAll('section')) {
      let any = false;
      for (const item of section.querySelectorAll(':scope > details')) {
        item.hidden = !words.every(word => item.dataset.words.includes(word));
        any = any || !item.hidden;
      }
      section.hidden = !any;
    }
  });
};

start();
