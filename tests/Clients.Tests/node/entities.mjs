// Walks every GET route of a running Microblog with an account that has something everywhere, and checks each answer against
// ../schema. Usage: node entities.mjs ROUTES.json, where the file lists what the service maps: [{ "Method", "Pattern" }].
// A route that ./routes.mjs does not know fails. MICROBLOG_RECORD=FILE keeps the answers, one JSON object a line.
import fs from "node:fs";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { call } from "./people.mjs";
import { populate } from "./populate.mjs";
import { notEntities, routes } from "./routes.mjs";

const ajv = new Ajv({ allErrors: true, strictSchema: true, strictTypes: false });
addFormats(ajv);
const schemas = new URL("../schema/", import.meta.url);
for (const file of fs.readdirSync(schemas)) {
  ajv.addSchema(JSON.parse(fs.readFileSync(new URL(file, schemas))));
}

const problems = [];
const checked = new Set();
const normalize = (pattern) => pattern.replace(/\{[^}]*\}/g, "*").replace(/(.)\/$/, "$1");
const served = JSON.parse(fs.readFileSync(process.argv[2])).map(({ Method, Pattern }) => ({ method: Method, pattern: normalize(Pattern) }));
const matchers = served.map(({ method, pattern }) => ({
  method,
  pattern,
  regex: new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.+?^$()|[\]\\]/g, "\\$&")).join("[^/]+")}$`),
}));

/** Whether the service maps this request. */
const serves = (method, path) => matchers.some((route) => route.method === method && route.regex.test(path.split("?")[0]));

/** Checks an answer against a schema: "file#Entity", or the same in an array for a list of them. */
function check(what, answer, schema, { status = 200, mayBeEmpty = false } = {}) {
  const list = Array.isArray(schema);
  const reference = list ? schema[0] : schema;
  if (answer.status !== status || answer.type !== "application/json") {
    problems.push(`${what}: ${answer.status} ${answer.type} ${answer.text.slice(0, 300)}`);
    return;
  }
  if (list && !(Array.isArray(answer.body) && (mayBeEmpty || answer.body.length > 0))) {
    problems.push(`${what}: a list with something in it was expected: ${answer.text.slice(0, 300)}`);
    return;
  }
  const [file, entity] = reference.split("#");
  const validate = ajv.getSchema(`${file}.json#/$defs/${entity}`);
  if (!validate) {
    throw new Error(`there is no schema ${reference}`);
  }
  for (const body of list ? answer.body : [answer.body]) {
    if (!validate(body)) {
      const faults = validate.errors.map((error) => `${error.instancePath || "/"} ${error.message} ${JSON.stringify(error.params)}`);
      problems.push(`${what}: not ${reference}:\n    ${[...new Set(faults)].slice(0, 8).join("\n    ")}\n    ${JSON.stringify(body).slice(0, 600)}`);
      break;
    }
  }
  checked.add(reference);
  if (process.env.MICROBLOG_RECORD) {
    fs.appendFileSync(process.env.MICROBLOG_RECORD, `${JSON.stringify({ what, schema: reference, list, body: answer.body })}\n`);
  }
}

/** A request that the service may not map (yet): then nothing is sent and nothing comes back. */
async function act(method, path, { schema, token, body, needs } = {}) {
  if (!serves(method, path) || (needs && !serves("GET", needs))) {
    return undefined;
  }
  const answer = await call(method, path, { token, body });
  check(`${method} ${path}`, answer, schema);
  return answer.status === 200 ? answer.body : undefined;
}

const world = await populate(act).catch((error) => problems.push(`the account could not be filled: ${error.stack}`) && undefined);
let walked = 0;
for (const pattern of !world ? [] : [...new Set(served.filter(({ method }) => method === "GET").map(({ pattern }) => pattern))].sort()) {
  const route = routes[pattern];
  if (!route) {
    if (pattern !== "/" && !notEntities.some((other) => pattern.startsWith(other))) {
      problems.push(`GET ${pattern}: routes.mjs knows no schema for this route`);
    }
    continue;
  }
  const path = route.path(world);
  if (path === undefined || /\/(undefined|null)(\/|\?|$)|=(undefined|null)(&|$)/.test(path)) {
    problems.push(`GET ${pattern}: there is nothing to ask for (${path}); the request that would have made it failed or is not served`);
    continue;
  }
  check(`GET ${path}`, await call("GET", path, { token: route.token?.(world) ?? world.alice.token }), route.schema, route);
  if (route.anonymous) {
    check(`GET ${path} without a token`, await call("GET", path), route.anonymous, route);
  }
  if (route.missing) {
    check(`GET ${route.missing}`, await call("GET", route.missing, { token: world.alice.token }), "oauth#Error", { status: 404 });
  }
  walked++;
}
check("GET /api/v1/nonsense", await call("GET", "/api/v1/nonsense", { token: world.alice.token }), "oauth#Error", { status: 404 });
check("GET /api/v1/timelines/home without a token", await call("GET", "/api/v1/timelines/home"), "oauth#Error", { status: 401 });

console.log(`${walked} routes walked, ${checked.size} entities checked: ${[...checked].sort().join(" ")}`);
const unserved = Object.keys(routes).filter((pattern) => !served.some((route) => route.method === "GET" && route.pattern === pattern));
console.log(`known but not served: ${unserved.join(" ") || "none"}`);
if (problems.length > 0) {
  console.error(`${problems.length} problems:\n\n${problems.join("\n\n")}`);
  process.exitCode = 1;
}
