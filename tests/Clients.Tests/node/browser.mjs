// As much of a browser as logging in takes: follows redirects, keeps cookies, fills in and submits forms without script.
import assert from "node:assert/strict";

const mostSteps = 12;

/** Logs in and consents at an authorization address; returns the code, wherever the server shows it. */
export async function authorize(address, email, password) {
  const cookies = new Map();
  let attempts = 0;
  let request = { url: new URL(address), method: "GET" };
  for (let step = 0; step < mostSteps; step++) {
    const response = await fetch(request.url, {
      method: request.method,
      body: request.body,
      headers: { accept: "text/html", cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      redirect: "manual",
      signal: AbortSignal.timeout(20_000),
    });
    keepCookies(response, cookies);
    if (response.status >= 300 && response.status < 400) {
      const location = new URL(response.headers.get("location"), request.url);
      if (location.origin !== request.url.origin) {
        return location.searchParams.get("code") ?? assert.fail(`no code in the redirect to ${location}`);
      }
      request = { url: location, method: "GET" };
      continue;
    }
    const page = await response.text();
    assert.equal(response.status, 200, `${request.method} ${request.url}: ${response.status} ${page.slice(0, 500)}`);
    const form = forms(page).find((candidate) => candidate.fields.get("_method")?.toLowerCase() !== "delete");
    if (!form || (!form.email && request.url.searchParams.has("code"))) {
      return request.url.searchParams.get("code") ?? shownCode(page);
    }
    if (form.email) {
      assert.ok(attempts++ === 0, `the log-in was refused: ${page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 500)}`);
      form.fields.set(form.email, email);
      form.fields.set(form.password, password);
    }
    request = { url: new URL(form.action || request.url.href, request.url), method: form.method, body: new URLSearchParams([...form.fields]) };
    if (form.method === "GET") {
      request.url.search = request.body;
      delete request.body;
    }
  }
  throw new Error(`no code after ${mostSteps} pages`);
}

function keepCookies(response, cookies) {
  for (const cookie of response.headers.getSetCookie()) {
    const [name, value] = cookie.split(";")[0].split(/=(.*)/s);
    cookies.set(name.trim(), value);
  }
}

function shownCode(page) {
  const code = page.match(/<(?:code|input|samp|textarea|output)[^>]*(?:value="([^"]+)"|>([^<\s]{8,})<)/);
  return decode(code?.[1] ?? code?.[2]) ?? assert.fail(`no code on the page: ${page.slice(0, 1000)}`);
}

function forms(page) {
  return [...page.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head, body]) => {
    const form = { action: attribute(head, "action"), method: (attribute(head, "method") ?? "GET").toUpperCase(), fields: new Map() };
    for (const [tag, kind] of body.matchAll(/<(input|button|select|textarea)\b[^>]*>/gi)) {
      const [name, type, id] = ["name", "type", "id"].map((key) => attribute(tag, key));
      form.email = id === "user_email" ? name : form.email;
      form.password = id === "user_password" ? name : form.password;
      const presses = kind.toLowerCase() === "button" || type === "submit";
      // A form is submitted by its first button, as with the Enter key.
      if (name && !(presses && form.pressed) && (type !== "checkbox" || /\bchecked\b/.test(tag))) {
        form.fields.set(name, attribute(tag, "value") ?? "");
      }
      form.pressed ||= presses;
    }
    return form;
  });
}

function attribute(tag, name) {
  const found = tag.match(new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i"));
  return decode(found?.[1] ?? found?.[2] ?? found?.[3]);
}

function decode(text) {
  const named = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text?.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi, (_, hex, number, name) => name ? named[name.toLowerCase()] : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(number)));
}
