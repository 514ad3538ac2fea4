// In workerd, with its own Queue and Durable Objects.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Miniflare } from "miniflare";
import { Receiver } from "optidash";
import { notificationRequest, sampleNotification } from "optidash/testing";
import { bundle } from "./worker-bundle.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const SECRET = "an example secret of more than 16 bytes";
const receiver = new Receiver();
const [address] = receiver.networks[0].split("/");

const worker = (modules, options = {}) =>
  new Miniflare({
    cf: false,
    modules,
    modulesRoot: ".",
    compatibilityDate: "2026-01-01",
    durableObjects: { CLAIMS: { className: "WebhookClaims", useSQLite: true } },
    queueProducers: { NOTIFICATIONS: "notifications" },
    queueConsumers: { notifications: { maxBatchSize: 5, maxBatchTimeout: 0, maxRetries: 3, retryDelay: 0 } },
    ...options,
  });

/** What the Worker's handler tells, in order. */
const told = [];
let waiting = [];
const failing = new Set();
async function listen(request) {
  const what = await request.json();
  told.push(what);
  for (const wake of waiting) wake();
  waiting = [];
  const isFailing = failing.delete(what.id);
  return new Response(null, { status: isFailing ? 500 : 200 });
}

/** What was told of an id, as soon as it was told so many times. */
async function toldOf(id, times = 1) {
  while (told.filter((what) => what.id === id).length < times) await new Promise((wake) => waiting.push(wake));
  return told.filter((what) => what.id === id);
}

let open;
let signed;
before(async () => {
  const modules = await bundle({ file: path("worker.mjs") });
  const serviceBindings = { TEST: listen };
  open = worker(modules, { serviceBindings });
  signed = worker(modules, { serviceBindings, bindings: { SECRET } });
  await Promise.all([open.ready, signed.ready]);
});
after(() => Promise.all([open?.dispose(), signed?.dispose()]));

async function send(target, sample, from = address) {
  const headers = { ...sample.headers, ...(from && { "CF-Connecting-IP": from }) };
  const { status } = await target.dispatchFetch(sample.url, { method: sample.method, headers, body: sample.body });
  return status;
}

/** Has gone all the way, so everything sent before it has left the queue at least once. */
async function flush(target, sample = {}) {
  const id = randomUUID();
  assert.equal(await send(target, notificationRequest({ receiver, id, ...sample })), 200);
  await toldOf(id);
}

test("a genuine notification goes through the queue to the handler, once", async () => {
  const id = randomUUID();
  const sample = notificationRequest({ receiver, id });
  for (let times = 0; times < 3; times++) assert.equal(await send(open, sample), 200);
  await toldOf(id);
  await flush(open);
  await flush(open);
  assert.deepEqual(await toldOf(id), [{ id, success: true, width: 100 }]);
});

test("a failed call is delivered as such", async () => {
  const id = randomUUID();
  assert.equal(await send(open, notificationRequest({ receiver, id, success: false })), 200);
  assert.deepEqual(await toldOf(id), [{ id, success: false }]);
});

test("without Cloudflare's header nobody knows who sent it, and other headers do not count", async () => {
  const forged = { "X-Forwarded-For": address, "X-Real-IP": address, Forwarded: `for=${address}` };
  assert.equal(await send(open, notificationRequest({ receiver, headers: forged }), null), 403);
  assert.equal(await send(open, notificationRequest({ receiver, headers: forged }), "192.0.2.1"), 403);
});

test("what is no notification is refused, a long body without being read whole", async () => {
  const sample = notificationRequest({ receiver });
  assert.equal(await send(open, { ...sample, body: "[]" }), 400);
  assert.equal(await send(open, { ...sample, method: "PUT" }), 405);
  assert.equal(await send(open, { ...sample, body: "x".repeat(receiver.maxBody + 1) }), 413);
});

test("a handler that fails gets the message again, and then it is done", async () => {
  const id = randomUUID();
  failing.add(id);
  const sample = notificationRequest({ receiver, id });
  assert.equal(await send(open, sample), 200);
  assert.equal((await toldOf(id, 2)).length, 2);
  assert.equal(await send(open, sample), 200);
  await flush(open);
  assert.equal((await toldOf(id, 2)).length, 2);
});

test("an expected id brings its context", async () => {
  const id = randomUUID();
  await open.dispatchFetch(`http://worker/expect?id=${id}&context=order`);
  assert.equal(await send(open, notificationRequest({ receiver, id })), 200);
  assert.equal((await toldOf(id))[0].context, "order");
});

test("a signed endpoint brings its context, and its token is claimed by the first id", async () => {
  const url = "https://www.website.com/endpoint";
  const endpoint = await (await signed.dispatchFetch(`http://worker/sign?url=${url}`)).text();
  const id = randomUUID();
  assert.equal(await send(signed, notificationRequest({ receiver, endpoint, id })), 200);
  assert.equal((await toldOf(id))[0].context, "signed");
  assert.equal(await send(signed, notificationRequest({ receiver, endpoint, id })), 200);
  assert.equal(await send(signed, notificationRequest({ receiver, endpoint, id: randomUUID() })), 404);
  assert.equal(await send(signed, notificationRequest({ receiver })), 401);
  assert.equal((await toldOf(id)).length, 1);
});

test("what the API could not deliver is put on the queue", async (t) => {
  const { createServer } = await import("node:http");
  const id = randomUUID();
  const { metadata } = sampleNotification({ receiver, id });
  const webhook = { id, status: "failed", created_at: "2026-01-01T00:00:00.000Z", payload: metadata };
  const api = createServer((_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ success: true, code: 200, webhooks: [webhook] }));
  });
  await new Promise((resolve) => api.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    api.closeAllConnections();
    api.close();
  });
  const answer = await open.dispatchFetch(`http://worker/reconcile?api=http://127.0.0.1:${api.address().port}/1.0`);
  assert.deepEqual((await answer.json()).handled, [id]);
  assert.deepEqual(await toldOf(id), [{ id, success: true, width: 100 }]);
});

test("the template takes a signed notification", async (t) => {
  const template = new URL("../../pkg/npm/templates/cloudflare-worker/src/index.ts", import.meta.url);
  const modules = await bundle({ text: await readFile(template, "utf8"), folder: path(".") });
  const bindings = { OPTIDASH_WEBHOOK_SECRET: SECRET };
  const running = worker(modules, { bindings });
  t.after(() => running.dispose());
  const endpoint = new Receiver({ secret: SECRET }).endpoint("https://www.website.com/");
  assert.equal(await send(running, notificationRequest({ receiver, endpoint })), 200);
  assert.equal(await send(running, notificationRequest({ receiver })), 401);
});

test("the receiver weighs at most 150 KB", async (t) => {
  const text = `export { createWorkerReceiver, WebhookClaims } from "optidash/worker";`;
  const modules = await bundle({ text, folder: path(".") });
  const sizes = modules.map(({ contents }) => gzipSync(contents, { level: 9 }).length);
  const total = sizes.reduce((sum, size) => sum + size);
  t.diagnostic(`${total} bytes gzipped: ${sizes.join(" + ")}`);
  assert.ok(total <= 150_000, `${total} bytes`);
});

test("it starts within the runtime's limits", async (t) => {
  const times = [];
  for (let run = 0; run < 3; run++) {
    const begun = performance.now();
    const fresh = worker(await bundle({ file: path("worker.mjs") }), { serviceBindings: { TEST: listen } });
    await fresh.ready;
    const ready = performance.now();
    assert.equal(await send(fresh, notificationRequest({ receiver }), "192.0.2.1"), 403);
    times.push([ready - begun, performance.now() - ready]);
    await fresh.dispose();
  }
  t.diagnostic(
    `bundle and start, first answer (ms): ${times.map((pair) => pair.map(Math.round).join(", ")).join("; ")}`,
  );
});
