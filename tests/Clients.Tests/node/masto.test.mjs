// masto.js (npm: masto) as a bot or web client uses it.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import test from "node:test";
import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from "masto";
import { authorize } from "./browser.mjs";
import { eventually, outOfBand, password, signUp, url, within } from "./people.mjs";

const timeout = 30_000;
const picture = new URL("../files/picture.png", import.meta.url);
const rest = (person) => createRestAPIClient({ url, accessToken: person.token });

async function logIn(person, grant) {
  const app = await createRestAPIClient({ url }).v1.apps.create({ clientName: "masto", redirectUris: outOfBand, scopes: "read write follow" });
  const oauth = createOAuthAPIClient({ url });
  const { clientId, clientSecret } = app;
  return grant === "password"
    ? oauth.token.create({ grantType: "password", clientId, clientSecret, username: person.email, password, scope: "read write follow" })
    : oauth.token.create({
        grantType: "authorization_code",
        clientId,
        clientSecret,
        redirectUri: outOfBand,
        code: await authorize(`${url}/oauth/authorize?${new URLSearchParams({ response_type: "code", client_id: clientId, redirect_uri: outOfBand, scope: "read write follow" })}`, person.email, password),
      });
}

for (const grant of ["password", "authorization_code"]) {
  test(`logs in with the grant ${grant}, and the token is of the one who logged in`, { timeout }, async () => {
    const alice = await signUp("alice");
    const token = await logIn(alice, grant);
    assert.equal(token.tokenType, "Bearer");
    const me = await createRestAPIClient({ url, accessToken: token.accessToken }).v1.accounts.verifyCredentials();
    assert.equal(me.id, alice.id);
    assert.equal(me.source.privacy, "public");
  });
}

test("posts, and a follower reads it at home page by page to the end", { timeout }, async () => {
  const [alice, bob] = await Promise.all([signUp("alice"), signUp("bob")]);
  const relationship = await rest(bob).v1.accounts.$select(alice.id).follow();
  assert.equal(relationship.following, true);
  const posted = [];
  for (let i = 1; i <= 5; i++) {
    posted.unshift((await rest(alice).v1.statuses.create({ status: `Number ${i} of #five`, visibility: i === 5 ? "private" : "public" })).id);
  }
  await eventually("all five at home", async () => (await rest(bob).v1.timelines.home.list()).map((status) => status.id), (ids) => posted.every((id) => ids.includes(id)));

  const pages = [];
  for await (const page of rest(bob).v1.timelines.home.list({ limit: 2 })) {
    pages.push(page.map((status) => status.id));
  }
  assert.deepEqual(pages, [posted.slice(0, 2), posted.slice(2, 4), posted.slice(4)]);
});

test("replies, favourites, reblogs and bookmarks, and the author is notified", { timeout }, async () => {
  const [alice, bob] = await Promise.all([signUp("alice"), signUp("bob")]);
  const status = await rest(alice).v1.statuses.create({ status: "An opinion" });
  const reply = await rest(bob).v1.statuses.create({ status: `@${alice.username} Another one`, inReplyToId: status.id });
  assert.equal((await rest(bob).v1.statuses.$select(status.id).favourite()).favourited, true);
  assert.equal((await rest(bob).v1.statuses.$select(status.id).reblog()).reblog.id, status.id);
  assert.equal((await rest(bob).v1.statuses.$select(status.id).bookmark()).bookmarked, true);

  const context = await rest(alice).v1.statuses.$select(status.id).context.fetch();
  assert.deepEqual(context.descendants.map((descendant) => descendant.id), [reply.id]);
  const kinds = await eventually("three notifications", async () => (await rest(alice).v1.notifications.list()).map((notification) => notification.type).sort(), (types) => types.length >= 3);
  assert.deepEqual(kinds, ["favourite", "mention", "reblog"]);
  assert.deepEqual((await rest(bob).v1.bookmarks.list()).map((bookmarked) => bookmarked.id), [status.id]);
});

test("uploads a picture with a description and posts it", { timeout }, async () => {
  const alice = await signUp("alice");
  const file = new Blob([await fs.readFile(picture)], { type: "image/png" });
  const media = await rest(alice).v2.media.create({ file, description: "A gradient", focus: "0.5,-0.5" });
  assert.deepEqual([media.type, media.description, media.meta.original.size, media.meta.focus], ["image", "A gradient", "64x48", { x: 0.5, y: -0.5 }]);
  const status = await rest(alice).v1.statuses.create({ status: "Look", mediaIds: [media.id] });
  assert.deepEqual(status.mediaAttachments.map((attachment) => attachment.id), [media.id]);
  const image = await fetch(status.mediaAttachments[0].url, { signal: AbortSignal.timeout(10_000) });
  assert.match(image.headers.get("content-type"), /^image\//);
});

test("errors say what is wrong in the shape that the library reads", { timeout }, async () => {
  const alice = await signUp("alice");
  await assert.rejects(async () => rest(alice).v1.statuses.create({ status: "x".repeat(257) }), (error) => error.statusCode === 422 && error.message.includes("256"));
  await assert.rejects(async () => rest({ token: "nonsense" }).v1.timelines.home.list(), (error) => error.statusCode === 401);
  await assert.rejects(async () => rest(alice).v1.statuses.$select("1").fetch(), (error) => error.statusCode === 404);
});

test("streams posts of followed people and notifications over one socket", { timeout }, async () => {
  const [alice, bob] = await Promise.all([signUp("alice"), signUp("bob")]);
  await rest(bob).v1.accounts.$select(alice.id).follow();
  const { configuration } = await rest(bob).v2.instance.fetch();
  const streaming = createStreamingAPIClient({ streamingApiUrl: configuration.urls.streaming, accessToken: bob.token });
  try {
    const seen = [];
    const both = (async () => {
      for await (const event of streaming.user.subscribe()) {
        seen.push(event);
        if (seen.some(({ event }) => event === "update") && seen.some(({ event }) => event === "notification")) {
          return;
        }
      }
    })();
    both.catch(() => {}); // whoever waits for it is told; until then it is nobody's surprise
    await within("the socket to open", streaming.prepare());
    const status = await rest(alice).v1.statuses.create({ status: `@${bob.username} are you there?` });
    await within("an update and a notification", both).catch((error) => assert.fail(`${error.message}; seen: ${JSON.stringify(seen)}`));
    assert.equal(seen.find(({ event }) => event === "update").payload.id, status.id);
    assert.deepEqual(seen.filter(({ event }) => event === "notification").map(({ payload }) => [payload.type, payload.status.id]), [["mention", status.id]]);
  } finally {
    streaming.close();
  }
});
