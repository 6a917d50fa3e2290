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

// The `code` of Markdown is all that descriptions use.
const prose = text => (text || '').split('`').map((part, index) => index % 2 ? make('code', { textContent: part }) : part);

// What is said of the whole: a paragraph, and points that begin in bold.
const about = text => {
  const lines = text.split('\n').filter(Boolean);
  const points = lines.filter(line => line.startsWith('* ')).map(line => {
    const [, name, rest] = line.match(/^\* (?:\*\*(.+?)\*\*)?(.*)$/);
    return make('li', {}, make('b', { textContent: name || '' }), ...prose(rest));
  });
  return [make('p', {}, ...prose(lines[0])), make('ul', {}, ...points)];
};

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

const isObjects = schema => schema.type === 'array' && schema.items.type === 'object';

const valuesOf = schema => schema.enum || (schema.type === 'boolean' ? ['true', 'false'] : undefined);

const bounds = schema => [
  schema.type === 'array' ? `list of ${schema.items.type}s` : schema.format === 'binary' ? 'file' : schema.format === 'date-time' ? 'time' : schema.type,
  schema.minimum !== undefined && `from ${schema.minimum}`,
  schema.maximum !== undefined && `to ${schema.maximum}`,
  schema.maxLength !== undefined && `at most ${schema.maxLength} characters`,
  schema.maxItems !== undefined && `at most ${schema.maxItems}`,
  schema.default !== undefined && `default ${JSON.stringify(schema.default)}`,
  (schema.enum || (schema.items && schema.items.enum)) && `one of ${(schema.enum || schema.items.enum).join(', ')}`,
].filter(Boolean).join(', ');

const inputFor = field => {
  const values = valuesOf(field.schema);
  if (values) return make('select', {}, ...(field.required ? [] : [make('option', { value: '', textContent: '' })]), ...values.map(value => make('option', { value, textContent: value })));
  const input = make('input', { type: field.schema.format === 'binary' ? 'file' : 'text' });
  if (field.schema.format !== 'binary' && field.example !== undefined) {
    input.placeholder = isObjects(field.schema) ? JSON.stringify(field.example) : Array.isArray(field.example) ? field.example.join(', ') : String(field.example);
    // An id that only serves as an example names nothing.
    const isId = (field.schema.items || field.schema).pattern !== undefined;
    if (field.required && !isId) input.value = input.placeholder;
  }
  return input;
};

// Answers that go on for ever are shown as they come, until the signal says stop.
const call = async (method, path, fields, signal, show) => {
  const query = new URLSearchParams();
  const headers = {};
  const token = document.getElementById('token').value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  const body = new FormData();
  let hasBody = false;
  for (const { field, input } of fields) {
    const isFile = input.type === 'file';
    if (isFile ? input.files.length === 0 : input.value === '') continue;
    if (isObjects(field.schema)) {
      JSON.parse(input.value).forEach((item, index) => Object.entries(item).forEach(([name, value]) => body.append(`${field.name}[${index}][${name}]`, value)));
      hasBody = true;
      continue;
    }
    const isList = field.schema.type === 'array';
    const values = isFile ? [input.files[0]] : isList ? input.value.split(',').map(value => value.trim()) : [input.value];
    for (const value of values) {
      if (field.in === 'path') path = path.replace(`{${field.name}}`, encodeURIComponent(value).replace(/%2F/g, '/'));
      else if (field.in === 'query') query.append(field.name, value);
      else if (field.in === 'header') headers[field.name] = value;
      else {
        body.append(isList ? `${field.name}[]` : field.name, value);
        hasBody = true;
      }
    }
  }
  const missing = path.match(/\{(\w+)\}/);
  if (missing) throw new Error(`give ${missing[1]} first`);
  const url = path + (query.size ? `?${query}` : '');
  const started = performance.now();
  const response = await fetch(url, { method: method.toUpperCase(), headers, body: hasBody ? body : undefined, credentials: 'omit', signal });
  const told = ['link', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'x-request-id', 'retry-after']
    .filter(name => response.headers.has(name)).map(name => `${name}: ${response.headers.get(name)}`);
  const head = [`${method.toUpperCase()} ${url}`, `${response.status} ${response.statusText} in ${Math.round(performance.now() - started)} ms`, ...told, '', ''].join('\n');
  show(head);
  let text = '';
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) show(head + (text += part.value));
  try { show(head + JSON.stringify(JSON.parse(text), null, 2)); } catch { /* not JSON: shown as it came */ }
};

const show = (spec, method, path, operation) => {
  const details = make('details', {}, make('summary', {}, make('b', { textContent: method.toUpperCase() }), make('code', { textContent: path }), make('span', { textContent: operation.summary || '' })));
  details.dataset.words = `${method} ${path} ${operation.summary} ${operation.description} ${operation.tags}`.toLowerCase();
  details.addEventListener('toggle', () => {
    if (!details.open || details.children.length > 1) return;
    const inside = make('div', { className: 'inside' }, make('p', {}, ...prose(operation.description)));
    const scopes = (operation.security || []).map(need => (need.oauth2 || []).join(' ')).filter(Boolean).join(' or ');
    const isOpen = (operation.security || []).some(need => Object.keys(need).length === 0);
    inside.append(make('p', {}, make('small', { textContent: !isOpen ? `Scope: ${scopes}` : scopes ? `No token needed; with one: ${scopes}` : 'No token needed' })));
    const fields = fieldsOf(spec, operation).map(field => ({ field, input: inputFor(field) }));
    if (fields.length) {
      const rows = fields.map(({ field, input }) => {
        input.setAttribute('aria-label', field.name);
        return make('tr', {},
          make('td', {}, make('code', { textContent: field.name }), field.required ? ' *' : '', make('br'), make('small', { textContent: field.in })),
          make('td', {}, ...prose(field.description), make('br'), make('small', { textContent: bounds(field.schema) })),
          make('td', {}, input));
      });
      inside.append(make('table', {}, make('tbody', {}, ...rows)));
    }
    const answers = Object.entries(operation.responses || {}).map(([status, answer]) => make('tr', {}, make('td', { textContent: status }), make('td', {}, ...prose(resolve(spec, answer).description))));
    inside.append(make('details', {}, make('summary', { textContent: 'Answers' }), make('table', {}, make('tbody', {}, ...answers))));
    const sample = ((operation['x-codeSamples'] || [])[0] || {}).source;
    if (sample) inside.append(make('pre', { textContent: sample }));
    const output = make('pre', { hidden: true });
    output.setAttribute('role', 'status');
    const button = make('button', { textContent: 'Try it' });
    let running = null;
    const showAnswer = text => {
      output.textContent = text;
      output.hidden = false;
    };
    button.addEventListener('click', async () => {
      if (running) return running.abort();
      running = new AbortController();
      button.textContent = 'Stop';
      try { await call(method, path, fields, running.signal, showAnswer); } catch (error) {
        if (error.name !== 'AbortError') showAnswer(`Not called: ${error.message}`);
      }
      running = null;
      button.textContent = 'Try it';
    });
    inside.append(button, output);
    details.append(inside);
  });
  return details;
};

const scopesWanted = 'read write follow push';
const ownAddress = location.origin + location.pathname;

const post = async (path, fields) => {
  const response = await fetch(path, { method: 'POST', body: new URLSearchParams(fields), credentials: 'omit' });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error_description || answer.error || response.statusText);
  return answer;
};

const base64Url = bytes => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

// As any client signs in: it registers itself, sends its person to the server's page, and comes back with a code.
const signIn = async () => {
  const app = await post('/api/v1/apps', { client_name: 'API documentation', redirect_uris: ownAddress, scopes: scopesWanted });
  const request = { client_id: app.client_id, client_secret: app.client_secret, state: base64Url(crypto.getRandomValues(new Uint8Array(16))) };
  const query = new URLSearchParams({ response_type: 'code', client_id: app.client_id, redirect_uri: ownAddress, scope: scopesWanted, state: request.state });
  if (crypto.subtle) {
    request.code_verifier = base64Url(crypto.getRandomValues(new Uint8Array(32)));
    query.set('code_challenge', base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(request.code_verifier)))));
    query.set('code_challenge_method', 'S256');
  }
  sessionStorage.setItem('sign-in', JSON.stringify(request));
  location.assign(`/oauth/authorize?${query}`);
};

const finishSignIn = async () => {
  const answer = new URLSearchParams(location.search);
  const { state, ...request } = JSON.parse(sessionStorage.getItem('sign-in') || '{}');
  sessionStorage.removeItem('sign-in');
  if (!answer.has('code') || answer.get('state') !== state) return;
  history.replaceState(null, '', ownAddress);
  const token = await post('/oauth/token', { grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: ownAddress, ...request });
  document.getElementById('token').value = token.access_token;
  told.textContent = 'You are signed in.';
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
    main.replaceChildren(...about(spec.info.description), ...groups.values());
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

const told = document.getElementById('told');
const orTell = action => action().catch(error => { told.textContent = `You could not be signed in: ${error.message}`; });
document.getElementById('sign-in').addEventListener('click', () => orTell(signIn));
orTell(finishSignIn);
start();
