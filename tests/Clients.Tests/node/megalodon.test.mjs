// megalodon (npm), which finds out by itself what kind of server it talks to.
import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import megalodon from "megalodon";
import { authorize } from "./browser.mjs";
import { eventually, password, signUp, url, within } from "./people.mjs";

const { default: generator, detector } = megalodon;
const timeout = 30_000;
const picture = new URL("../files/picture.png", import.meta.url);
const client = (person) => generator("mastodon", url, person?.token);

test("detects a server that speaks Mastodon's API", { timeout }, async () => {
  assert.equal(await detector(url), "mastodon");
  const { data: instance } = await client().getInstance();
  assert.equal(instance.configuration.statuses.max_characters, 256);
});

test("registers an application, logs in through the browser and revokes the token", { timeout }, async () => {
  const alice = await signUp("alice");
  const app = await client().registerApp("megalodon", { scopes: ["read", "write", "follow"] });
  const code = await authorize(app.url, alice.email, password);
  const token = await client().fetchAccessToken(app.client_id, app.client_secret, code);
  const me = client({ token: token.access_token });
  assert.equal((await me.verifyAccountCredentials()).data.username, alice.username);

  await me.revokeToken(app.client_id, app.client_secret, token.access_token);
  await assert.rejects(() => me.verifyAccountCredentials(), (error) => error.response.status === 401);
});

test("posts, follows, reads home and notifications", { timeout }, async () => {
  const [alice, bob] = await Promise.all([signUp("alice"), signUp("bob")]);
  assert.equal((await client(bob).followAccount(alice.id)).data.following, true);
  const { data: status } = await client(alice).postStatus(`Hello @${bob.username} #megalodon`, { visibility: "unlisted", spoiler_text: "a greeting", sensitive: true });
  assert.deepEqual([status.visibility, status.spoiler_text, status.sensitive, status.tags[0].name], ["unlisted", "a greeting", true, "megalodon"]);

  await eventually("the status at home", async () => (await client(bob).getHomeTimeline({ limit: 5 })).data.map(({ id }) => id), (ids) => ids.includes(status.id));
  await eventually("the mention", async () => (await client(bob).getNotifications()).data.map(({ type, status }) => [type, status?.id]), (seen) => seen.some(([type, id]) => type === "mention" && id === status.id));
  await eventually("the new follower", async () => (await client(alice).getNotifications()).data.map(({ type, account }) => [type, account.id]), (seen) => seen.some(([type, id]) => type === "follow" && id === bob.id));
  assert.equal((await client(bob).search(alice.username, { type: "accounts" })).data.accounts[0].id, alice.id);
});

test("uploads a picture", { timeout }, async () => {
  const alice = await signUp("alice");
  const { data: media } = await client(alice).uploadMedia(fs.createReadStream(picture), { description: "A gradient" });
  const ready = await eventually("the picture to be ready", async () => (await client(alice).getMedia(media.id)).data, ({ url }) => url);
  assert.deepEqual([ready.type, ready.description], ["image", "A gradient"]);
});

test("the user stream brings posts, edits, deletions and notifications", { timeout }, async () => {
  const [alice, bob] = await Promise.all([signUp("alice"), signUp("bob")]);
  await client(bob).followAccount(alice.id);
  const stream = await client(bob).userStreaming();
  const seen = [];
  const event = (kind) => within(() => `${kind}; seen: ${JSON.stringify(seen)}`, new Promise((resolve) => stream.once(kind, (payload) => resolve(seen.push(kind) && payload))));
  stream.on("error", (error) => seen.push(String(error)));
  try {
    await event("connect");
    const [update, notification] = [event("update"), event("notification")];
    const { data: status } = await client(alice).postStatus(`@${bob.username} One`);
    assert.equal((await update).id, status.id);
    assert.equal((await notification).type, "mention");

    const edited = event("status_update");
    await client(alice).editStatus(status.id, { status: `@${bob.username} Two` });
    assert.match((await edited).content, /Two/);

    const deleted = event("delete");
    await client(alice).deleteStatus(status.id);
    assert.equal(await deleted, status.id);
  } finally {
    stream.stop();
  }
});
