// People for the tests of client libraries: each signs up over the API, through an application of its own.
import assert from "node:assert/strict";
import crypto from "node:crypto";

export const url = (process.env.MICROBLOG_URL ?? "http://localhost:3000").replace(/\/$/, "");
export const password = "correct horse battery";
export const outOfBand = "urn:ietf:wg:oauth:2.0:oob";
export const scopes = "read write follow push";

/** Sends a request; members of a body that is an object travel as JSON, a FormData as it is. */
export async function call(method, path, { token, body, headers = {} } = {}) {
  const isForm = body instanceof FormData;
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body && !isForm ? { "content-type": "application/json" } : {}),
      ...headers,
    },
    body: isForm ? body : body && JSON.stringify(body),
    redirect: "manual",
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  const type = (response.headers.get("content-type") ?? "").split(";")[0];
  return { status: response.status, type, headers: response.headers, text, body: type.endsWith("json") && text ? JSON.parse(text) : undefined };
}

/** The body of an answer that has to be 200. */
export async function ok(method, path, options) {
  const answer = await call(method, path, options);
  assert.equal(answer.status, 200, `${method} ${path}: ${answer.status} ${answer.text.slice(0, 500)}`);
  return answer.body;
}

let application;

/** The application of the tests, with a token of its own. */
export function theApplication() {
  application ??= (async () => {
    const app = await ok("POST", "/api/v1/apps", { body: { client_name: "Node tests", redirect_uris: outOfBand, scopes, website: "https://example.org" } });
    const token = await ok("POST", "/oauth/token", { body: { grant_type: "client_credentials", client_id: app.client_id, client_secret: app.client_secret, redirect_uri: outOfBand, scope: scopes } });
    return { ...app, token: token.access_token };
  })();
  return application;
}

/** Signs somebody up. */
export async function signUp(name) {
  const app = await theApplication();
  const username = `${name}_${crypto.randomBytes(4).toString("hex")}`;
  const email = `${username}@example.org`;
  const { access_token: token } = await ok("POST", "/api/v1/accounts", { token: app.token, body: { username, email, password, agreement: true, locale: "en" } });
  const { id } = await ok("GET", "/api/v1/accounts/verify_credentials", { token });
  return { username, email, token, id };
}

/** Reads until what was read is right; fails after the given time with what was seen last. */
export async function eventually(what, read, isRight, milliseconds = 10_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const seen = await read();
    if (isRight(seen)) {
      return seen;
    }
    assert.ok(Date.now() < end, `waited in vain for ${what}; last seen: ${JSON.stringify(seen)?.slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The promise, or a failure that says what was waited for; a function says it as late as possible. */
export function within(what, promise, milliseconds = 10_000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${milliseconds} ms in vain for ${typeof what === "function" ? what() : what}`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
