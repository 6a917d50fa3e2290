// Gives alice something in every list there is. Each answer on the way is checked, too; what the service does not map is left out.
import fs from "node:fs/promises";
import { eventually, call, ok, outOfBand, password, scopes, signUp } from "./people.mjs";

const picture = new URL("../files/picture.png", import.meta.url);
const tomorrow = () => new Date(Date.now() + 24 * 3600 * 1000).toISOString();
const status = "statuses#ViewedStatus";
const relationship = "accounts#Relationship";

export async function populate(act) {
  const [alice, bob, carol, dave, erin, frank] = await Promise.all(["alice", "bob", "carol", "dave", "erin", "frank"].map(signUp));
  const w = { alice, bob, carol, dave, erin, frank, tag: `tag${alice.username.split("_")[1]}` };
  const as = (person) => (method, path, schema, body, more) => act(method, path, { schema, body, token: person.token, ...more });
  const [a, b, c, f] = [alice, bob, carol, frank].map(as);
  const upload = async (fields) => {
    const form = new FormData();
    form.append("file", new Blob([await fs.readFile(picture)], { type: "image/png" }), "picture.png");
    Object.entries(fields).forEach(([name, value]) => form.append(name, value));
    return a("POST", "/api/v2/media", "media#MediaAttachment", form);
  };

  await oauth(act, alice);
  await a("PATCH", "/api/v1/accounts/update_credentials", "accounts#CredentialAccount", { display_name: "Alice", note: "Hello @" + bob.username, discoverable: true, fields_attributes: [{ name: "Site", value: "https://example.org" }] });
  await b("PATCH", "/api/v1/accounts/update_credentials", "accounts#CredentialAccount", { discoverable: true });

  // Follows of all kinds
  const follow = (who, whom) => as(who)("POST", `/api/v1/accounts/${whom.id}/follow`, relationship);
  for (const [who, whom] of [[alice, bob], [bob, alice], [bob, carol], [alice, frank], [frank, carol]]) {
    await follow(who, whom);
  }
  await as(erin)("PATCH", "/api/v1/accounts/update_credentials", "accounts#CredentialAccount", { locked: true });
  await follow(carol, erin);
  await a("POST", `/api/v1/accounts/${bob.id}/pin`, relationship);
  await a("POST", `/api/v1/accounts/${bob.id}/endorse`, relationship);
  await a("POST", `/api/v1/accounts/${bob.id}/note`, relationship, { comment: "met in the park" });
  await a("POST", `/api/v1/accounts/${dave.id}/mute`, relationship, { duration: 3600 });
  await a("POST", `/api/v1/accounts/${erin.id}/block`, relationship);
  await a("POST", "/api/v1/domain_blocks", "oauth#Empty", { domain: "example.net" });

  // Statuses of all kinds
  const pictured = await upload({ description: "A gradient", focus: "0.5,-0.5" });
  w.loosePicture = await upload({});
  w.post = await a("POST", "/api/v1/statuses", status, { status: `Hello @${bob.username} #${w.tag} https://example.org/a/path`, language: "en", spoiler_text: "a greeting", ...(pictured && { media_ids: [pictured.id], sensitive: true }) });
  w.reply = await b("POST", "/api/v1/statuses", status, { status: `@${alice.username} Hello yourself #${w.tag}`, in_reply_to_id: w.post.id });
  w.poll = await a("POST", "/api/v1/statuses", status, { status: "Which?", poll: { options: ["This", "That"], expires_in: 3600, multiple: true } }, { needs: "/api/v1/polls/1" });
  w.scheduled = await a("POST", "/api/v1/statuses", "statuses#ScheduledStatus", { status: "Later", scheduled_at: tomorrow() }, { needs: "/api/v1/scheduled_statuses" });
  await a("POST", "/api/v1/statuses", status, { status: "Only followers", visibility: "private" });
  await b("POST", "/api/v1/statuses", status, { status: `@${alice.username} between us`, visibility: "direct" });
  await c("POST", "/api/v1/statuses", status, { status: "A quotation", quoted_status_id: w.post.id }, { needs: "/api/v1/statuses/1/quotes" });
  const deleted = await a("POST", "/api/v1/statuses", status, { status: "A mistake" });
  await a("DELETE", `/api/v1/statuses/${deleted?.id}`, "statuses#DeletedStatus");
  await a("PUT", `/api/v1/statuses/${w.post.id}`, status, { status: `Hello again @${bob.username} #${w.tag}`, spoiler_text: "a greeting", ...(pictured && { media_ids: [pictured.id] }) });

  // What people do with them
  for (const [name, people] of [["favourite", [b, c, a]], ["reblog", [b, c]], ["bookmark", [a]], ["pin", [a]]]) {
    for (const person of people) {
      await person("POST", `/api/v1/statuses/${w.post.id}/${name}`, status);
    }
  }
  await a("POST", `/api/v1/statuses/${w.reply.id}/mute`, status);
  await a("POST", `/api/v1/statuses/${w.reply.id}/unmute`, status);
  await b("POST", `/api/v1/polls/${w.poll?.poll?.id}/votes`, "statuses#Poll", { choices: [0, 1] });

  // Settings
  await a("POST", `/api/v1/tags/${w.tag}/follow`, "tags#Tag");
  await a("POST", "/api/v1/featured_tags", "tags#FeaturedTag", { name: w.tag });
  w.list = await a("POST", "/api/v1/lists", "tags#List", { title: "Friends", replies_policy: "list" });
  await a("POST", `/api/v1/lists/${w.list?.id}/accounts`, "oauth#Empty", { account_ids: [bob.id] });
  w.collection = await a("POST", "/api/v1/collections", "collections#WrappedCollection", { name: "People to know", description: "All of them", language: "en", tag_name: w.tag, discoverable: true, account_ids: [bob.id] });
  w.v1Filter = await a("POST", "/api/v1/filters", "filters#V1Filter", { phrase: "spoilers", context: ["home"] });
  w.filter = await a("POST", "/api/v2/filters", "filters#Filter", { title: "Greetings", context: ["home", "public", "account", "thread"], filter_action: "warn", keywords_attributes: [{ keyword: "hello", whole_word: true }] });
  w.filterStatus = await a("POST", `/api/v2/filters/${w.filter?.id}/statuses`, "filters#FilterStatus", { status_id: w.reply.id });
  await a("POST", "/api/v1/markers", "notifications#Markers", { home: { last_read_id: w.post.id }, notifications: { last_read_id: "1" } });
  w.report = await a("POST", "/api/v1/reports", "moderation#Report", { account_id: dave.id, comment: "noise", category: "spam" });
  await a("POST", "/api/v1/push/subscription", "notifications#PushSubscription", {
    subscription: { endpoint: "https://push.example.org/x", keys: { p256dh: "BEpPCn0cfs3P0E0fY-gyOuahx5dW5N8quUowlrPyfXlMa6tABLqqcSpOpMnC1-o_UB_s4R8NQsqMLbASjnqSbqw", auth: "T5bhIIyre5TDC1LyX4mFAQ" } },
    data: { policy: "all", alerts: { mention: true } },
  });
  await f("PUT", "/api/v2/notifications/policy", "notifications#NotificationPolicy", { for_not_following: "filter" });
  await c("POST", "/api/v1/statuses", status, { status: `@${alice.username} hello` });
  await b("POST", "/api/v1/statuses", status, { status: `@${frank.username} hello` });

  // What the worker does with it all
  const read = async (person, path) => (await call("GET", path, { token: person.token })).body ?? [];
  const notifications = await eventually("alice's notifications", () => read(alice, "/api/v1/notifications"), (list) => list.length >= 2);
  w.notification = notifications.find((notification) => notification.type === "mention");
  w.group = (await read(alice, "/api/v2/notifications")).notification_groups?.[0]?.group_key;
  w.request = (await read(frank, "/api/v1/notifications/requests"))[0];
  await eventually("bob's post in alice's home", () => read(alice, "/api/v1/timelines/home"), (list) => list.some(({ id }) => id === w.reply.id));
  w.admin = await admin();
  return w;
}

/** The application and the tokens, whose entities nobody else asks for. */
async function oauth(act, person) {
  const app = await act("POST", "/api/v1/apps", { schema: "oauth#CredentialApplication", body: { client_name: "Schema", redirect_uris: [outOfBand, "https://example.org/cb"], scopes, website: "https://example.org" } });
  const client = { client_id: app.client_id, client_secret: app.client_secret };
  await act("POST", "/oauth/token", { schema: "oauth#Token", body: { ...client, grant_type: "client_credentials", scope: "read" } });
  const token = await act("POST", "/oauth/token", { schema: "oauth#Token", body: { ...client, grant_type: "password", username: person.email, password, scope: "read" } });
  await act("POST", "/oauth/revoke", { schema: "oauth#Empty", body: { ...client, token: token.access_token } });
}

/** The administrator of the test mode; nobody when the service has none. */
async function admin() {
  const scope = "read write admin:read admin:write";
  const { client_id, client_secret } = await ok("POST", "/api/v1/apps", { body: { client_name: "Administration", redirect_uris: outOfBand, scopes: scope } });
  const answer = await call("POST", "/oauth/token", { body: { client_id, client_secret, grant_type: "password", username: "admin@localhost", password: "mastodonadmin", scope } });
  return answer.status === 200 ? { token: answer.body.access_token } : undefined;
}
