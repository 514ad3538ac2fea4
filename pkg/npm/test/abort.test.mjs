import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { test } from "node:test";
import { binary, deferred, inTurn, json, METADATA, refusal, stub } from "./stub.mjs";

const IMAGE = "https://www.website.com/image.jpg";
const REASON = new Error("the user has left");

/** Aborts, and expects a promise to reject with the very reason. */
async function abortedBy(controller, promise) {
  controller.abort(REASON);
  await assert.rejects(promise, (error) => error === REASON);
}

test("who aborts beforehand sends nothing", async (t) => {
  const seen = [];
  const { client, requests } = await stub(t, json(METADATA), { hooks: { request: (sent) => seen.push(sent) } });
  const signal = AbortSignal.abort(REASON);
  const calls = [
    client.fetch(IMAGE).toJSON({ signal }),
    client.fetch(IMAGE).toBuffer({ signal }),
    client.upload("/nowhere.jpg").toFile("/nowhere/image.jpg", { signal }),
    client.account({ signal }),
    client.webhooks({}, { signal }),
    client.allWebhooks({}, { signal }).next(),
    client.catchUp({ since: new Date(0) }, { signal }).next(),
    client.keys.create("shop", { signal }),
    client.download("https://s3.optidash.ai/temp/x/image.jpg", { signal }),
  ];
  for (const call of calls) await assert.rejects(call, (error) => error === REASON);
  assert.deepEqual([requests.length, seen.length], [0, 0]);
});

test("a callback gets the reason too", async (t) => {
  const { client } = await stub(t, json(METADATA));
  const signal = AbortSignal.abort();
  const [error, metadata] = await new Promise((resolve) => {
    client.fetch(IMAGE).toJSON((...results) => resolve(results), { signal });
  });
  assert.deepEqual([error, metadata], [signal.reason, undefined]);
});

test("waiting for the answer ends, and so does the connection", async (t) => {
  const arrival = deferred();
  const { client } = await stub(t, (_response, request) => arrival.resolve(request.socket), { retries: 5 });
  const controller = new AbortController();
  const promise = client.fetch(IMAGE).toJSON({ signal: controller.signal });
  const socket = await arrival.promise;
  const closed = once(socket, "close");
  await abortedBy(controller, promise);
  await closed;
});

test("an upload stops reading its source", async (t) => {
  const { client } = await stub(t, () => {}, { readBody: false });
  const controller = new AbortController();
  const { signal } = controller;
  const beginning = deferred();
  const chunk = Buffer.alloc(1 << 16);
  const stream = new Readable({
    read() {
      this.push(chunk);
      beginning.resolve();
    },
  });
  const promise = client.upload(stream).toJSON({ signal });
  await beginning.promise;
  await abortedBy(controller, promise);
  if (!stream.closed) await once(stream, "close");
  assert.ok(stream.destroyed);

  const web = new AbortController();
  const cancelling = deferred();
  const pulling = deferred();
  const source = new ReadableStream(
    { pull: () => new Promise(pulling.resolve), cancel: cancelling.resolve },
    { highWaterMark: 0 },
  );
  const uploading = client.upload(source).toJSON({ signal: web.signal });
  await pulling.promise;
  await abortedBy(web, uploading);
  await cancelling.promise;
});

test("a download leaves nothing of the file", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "optidash-"));
  t.after(() => rm(directory, { recursive: true }));
  const half = (response) => {
    response.writeHead(200, { "X-Optidash-Metadata": JSON.stringify(METADATA), "Content-Length": 1 << 20 });
    response.write(Buffer.alloc(1 << 16));
  };
  const { client } = await stub(t, half);
  const controller = new AbortController();
  const path = join(directory, "image.jpg");
  const onDownloadProgress = () => controller.abort(REASON);
  const promise = client.fetch(IMAGE).toFile(path, { signal: controller.signal, onDownloadProgress });
  await assert.rejects(promise, (error) => error === REASON);
  assert.deepEqual(await readdir(directory), []);
});

test("a stream that takes nothing more does not keep a call alive", async (t) => {
  const { client } = await stub(t, binary(Buffer.alloc(1 << 20)));
  const controller = new AbortController();
  const stuck = new Writable({ highWaterMark: 1, write: () => controller.abort(REASON) }).on("error", () => {});
  const promise = client.fetch(IMAGE).toFile(stuck, { signal: controller.signal });
  await assert.rejects(promise, (error) => error === REASON);
  assert.ok(stuck.destroyed);
});

test("nobody waits for an attempt that will not come", async (t) => {
  const controller = new AbortController();
  const hooks = { retry: () => controller.abort(REASON) };
  const { client, requests } = await stub(t, inTurn(refusal(503, { "Retry-After": "50" })), { hooks, retries: 2 });
  await assert.rejects(client.fetch(IMAGE).toJSON({ signal: controller.signal }), (error) => error === REASON);
  assert.equal(requests.length, 1);
});

test("a signal that is used again and again is let go of each time", async (t) => {
  const { client } = await stub(t, json(METADATA));
  const { signal } = new AbortController();
  for (let call = 0; call < 3; call++) await client.upload(Buffer.from("image")).toJSON({ signal });
  assert.equal(getEventListeners(signal, "abort").length, 0);
});
