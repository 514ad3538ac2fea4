import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import Optidash, { TimeoutError } from "optidash";
import { deferred, METADATA, noJitter, stub } from "./stub.mjs";

const IMAGE = "https://www.website.com/image.jpg";

/** Never answers; tells when the connection is closed. */
function silence() {
  const closed = [];
  const answer = (_response, request) => void closed.push(once(request.socket, "close"));
  return { answer, closed };
}

test("nothing moves for too long", async (t) => {
  const { answer, closed } = silence();
  const { client } = await stub(t, answer, { timeout: { idle: 0.2 } });
  await assert.rejects(client.fetch(IMAGE).toJSON(), (error) => {
    assert.ok(error instanceof TimeoutError);
    assert.equal(error.code, "timed_out");
    assert.match(error.message, /timeout\.idle/);
    return true;
  });
  await Promise.all(closed);
});

test("a limit of the attempt leaves time for another, unless the API may have accepted the request", async (t) => {
  noJitter(t);
  const { answer } = silence();
  const attempts = [];
  const hooks = { request: ({ attempt }) => attempts.push(attempt) };
  const { client } = await stub(t, answer, { timeout: { idle: 0.02 }, retries: 2, hooks });
  await assert.rejects(client.fetch(IMAGE).toJSON(), TimeoutError);
  const webhook = { url: "https://www.website.com/endpoint" };
  await assert.rejects(client.fetch(IMAGE).webhook(webhook).toJSON(), TimeoutError);
  assert.deepEqual(attempts, [1, 2, 3, 1]);
});

test("the limit of the whole call ends it, however many attempts are left", async (t) => {
  noJitter(t);
  const { answer, closed } = silence();
  const attempts = [];
  const hooks = { request: ({ attempt }) => attempts.push(attempt) };
  const { client } = await stub(t, answer, { retries: 10, hooks });
  await assert.rejects(client.fetch(IMAGE).toJSON({ timeout: 0.02 }), (error) => {
    assert.ok(error instanceof TimeoutError);
    assert.match(error.message, /timeout\.total/);
    return true;
  });
  await Promise.all(closed);
  assert.deepEqual(attempts, [1]);
});

test("a body that comes to a halt", async (t) => {
  const { client } = await stub(t, (response) => {
    response.writeHead(200, { "X-Optidash-Metadata": JSON.stringify(METADATA), "Content-Length": 100 });
    response.write("half");
  });
  const request = client.fetch(IMAGE);
  await assert.rejects(request.toBuffer({ timeout: { idle: 0.02 } }), /timeout\.idle/);
  await assert.rejects(request.toBuffer({ timeout: { total: 0.05 } }), /timeout\.total/);
});

test("a caller's fetch that knows nothing of it is left behind", async () => {
  const body = () => new ReadableStream({ pull: () => new Promise(() => {}) }, { highWaterMark: 0 });
  const headers = { "X-Optidash-Metadata": JSON.stringify(METADATA) };
  const options = { timeout: 0.02, retries: 0 };
  const deaf = new Optidash("key", { fetch: () => new Promise(() => {}), ...options });
  await assert.rejects(deaf.fetch(IMAGE).toJSON(), TimeoutError);
  const halting = new Optidash("key", { fetch: async () => new Response(body(), { headers }), ...options });
  await assert.rejects(halting.fetch(IMAGE).toBuffer(), TimeoutError);
  const cancelled = deferred();
  const late = new ReadableStream({ cancel: cancelled.resolve }, { highWaterMark: 0 });
  const answer = deferred();
  const fetch = () => answer.promise;
  await assert.rejects(new Optidash("key", { fetch, ...options }).fetch(IMAGE).toJSON(), TimeoutError);
  answer.resolve(new Response(late));
  await cancelled.promise;
});

test("limits are checked, and null is none", async (t) => {
  const { client, requests } = await stub(t, (response) => response.end(JSON.stringify(METADATA)));
  for (const timeout of [0, -1, 86401, Number.NaN, Number.POSITIVE_INFINITY, "30", { total: 0 }, { idle: "5" }]) {
    assert.throws(() => new Optidash("key", { timeout }), { name: "ValidationError", path: /^timeout/ });
    await assert.rejects(client.fetch(IMAGE).toJSON({ timeout }), { name: "ValidationError", path: /^timeout/ });
  }
  assert.equal(requests.length, 0);
  const { timeout } = client.fetch(IMAGE).toRequest("json", { timeout: { total: null } });
  assert.deepEqual(timeout, { connect: 10, idle: 60, total: null });
  assert.deepEqual(await client.fetch(IMAGE).toJSON({ timeout: { total: null } }), METADATA);
});

test("a connection that does not come to stand", async (t) => {
  noJitter(t);
  // It takes connections, and never answers the greeting of TLS.
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const sockets = [];
  server.on("connection", (socket) => sockets.push(socket.on("error", () => {})));
  t.after(() => sockets.map((socket) => socket.destroy()));
  const baseUrl = `https://127.0.0.1:${server.address().port}`;
  const client = new Optidash("key", { baseUrl, timeout: { connect: 0.02 }, retries: 1 });
  await assert.rejects(client.account(), (error) => {
    assert.ok(error instanceof TimeoutError);
    assert.match(error.message, /timeout\.connect/);
    return true;
  });
  assert.equal(sockets.length, 2);
});

// The clocks of limits.ts, with the time in hand.
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("../src/limits.ts", import.meta.url))],
  bundle: true,
  format: "esm",
  write: false,
});
const { Deadline, IdleWatch } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

function clock(t) {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return (milliseconds) => {
    now += milliseconds;
    t.mock.timers.tick(milliseconds);
  };
}

test("what moves keeps an attempt alive, and so does the caller's own slowness", (t) => {
  const pass = clock(t);
  const watch = new IdleWatch(10, new AbortController().signal);
  for (let chunk = 0; chunk < 5; chunk++) {
    pass(9000);
    watch.moved();
  }
  watch.pause();
  pass(100_000);
  assert.equal(watch.signal.aborted, false);
  watch.moved();
  pass(9999);
  assert.equal(watch.signal.aborted, false);
  pass(10_000);
  assert.equal(watch.signal.reason.phase, "idle");
});

test("no limit is no timer, and an end is the end of every timer", (t) => {
  const pass = clock(t);
  const controller = new AbortController();
  const endless = new IdleWatch(null, controller.signal);
  const deadline = new Deadline(5, [controller.signal]);
  const ended = new IdleWatch(5, controller.signal);
  deadline.release();
  ended.release();
  pass(1_000_000);
  controller.abort();
  assert.deepEqual([endless.signal.aborted, deadline.signal.aborted, ended.signal.aborted], [true, false, false]);
});
