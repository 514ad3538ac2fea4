// Whether and when is the core's to decide, and tried there; here is tried that the package does so.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { beforeEach, test } from "node:test";
import Optidash, { ApiError, ConnectionError, RateLimitError } from "optidash";
import { binary, cut, ID, inTurn, json, METADATA, noJitter, refusal, stub, truncated } from "./stub.mjs";

const IMAGE = "https://www.website.com/image.jpg";
const ENDPOINT = { url: "https://www.website.com/endpoint" };
const BYTES = Buffer.alloc(100_000, "image");

beforeEach(noJitter);

async function folder(t) {
  const path = await mkdtemp(join(tmpdir(), "optidash-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

/** A base URL where nobody listens. */
async function nobody() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}

test("what was refused for now is asked again", async (t) => {
  for (const status of [408, 429, 503]) {
    const { client, requests } = await stub(t, inTurn(refusal(status), refusal(status), json(METADATA)), {
      retries: 2,
    });
    assert.deepEqual(await client.fetch(IMAGE).webhook(ENDPOINT).toJSON(), METADATA);
    assert.equal(requests.length, 3);
    assert.equal(new Set(requests.map(({ body }) => body.toString())).size, 1);
  }
});

test("as often as the client or the call says", async (t) => {
  const { client, requests } = await stub(t, refusal(503), { retries: 3 });
  const request = client.fetch(IMAGE);
  await assert.rejects(request.toJSON(), { name: "ApiError", status: 503, retryAfter: 0 });
  assert.equal(requests.length, 4);
  await assert.rejects(request.toJSON({ retries: 1 }), ApiError);
  assert.equal(requests.length, 6);
  await assert.rejects(request.toJSON({ retries: 0 }), ApiError);
  assert.equal(requests.length, 7);
  await assert.rejects(client.account({ retries: 1 }), ApiError);
  assert.equal(requests.length, 9);
  for (const retries of [-1, 11, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "2"]) {
    assert.throws(() => new Optidash("key", { retries }), { name: "ValidationError", path: "retries" });
    await assert.rejects(request.toJSON({ retries }), { name: "ValidationError", path: "retries" });
  }
  await assert.rejects(request.toJSON({ retrys: 1 }), { code: "misspelt_attribute" });
  assert.equal(requests.length, 9);
});

test("what the API may have accepted is asked again only when that has no effect of its own", async (t) => {
  for (const failure of [cut, refusal(500, {})]) {
    const plain = await stub(t, inTurn(failure, json(METADATA)), { retries: 2 });
    assert.deepEqual(await plain.client.fetch(IMAGE).toJSON(), METADATA);
    assert.equal(plain.requests.length, 2);
    const withEffect = await stub(t, inTurn(failure, json(METADATA)), { retries: 2 });
    await assert.rejects(withEffect.client.fetch(IMAGE).webhook(ENDPOINT).toJSON(), (error) => {
      return error instanceof ApiError || error instanceof ConnectionError;
    });
    assert.equal(withEffect.requests.length, 1);
  }
});

test("a connection that never stood is tried again, whatever the request is", async () => {
  const attempts = [];
  const hooks = { request: ({ attempt }) => attempts.push(attempt) };
  const client = new Optidash("key", { baseUrl: await nobody(), hooks });
  await assert.rejects(client.fetch(IMAGE).webhook(ENDPOINT).toJSON(), (error) => {
    assert.ok(error instanceof ConnectionError && error.cause instanceof Error);
    assert.equal(error.code, "connection_failed");
    return true;
  });
  assert.deepEqual(attempts, [1, 2, 3]);
});

test("a stream that was never read is still whole", async (t) => {
  const { client, baseUrl } = await stub(t, json(METADATA));
  const stream = Readable.from([BYTES]);
  await assert.rejects(new Optidash("key", { baseUrl: await nobody() }).upload(stream).toJSON(), ConnectionError);
  assert.equal(stream.destroyed, false);
  assert.deepEqual(await client.upload(stream).toJSON(), METADATA);
  assert.ok(baseUrl);
});

test("paths and bytes are sent whole again", async (t) => {
  const path = join(await folder(t), "photo.jpg");
  await writeFile(path, BYTES);
  for (const source of [path, BYTES, new Blob([BYTES])]) {
    const { client, requests } = await stub(t, inTurn(refusal(503), cut, json(METADATA)), { retries: 2 });
    assert.deepEqual(await client.upload(source).toJSON(), METADATA);
    assert.equal(requests.length, 3);
    for (const { body } of requests) assert.ok(body.includes(BYTES));
  }
});

test("a stream that was read is not sent again", async (t) => {
  const { client, requests } = await stub(t, inTurn(refusal(503), json(METADATA)), { retries: 2 });
  await assert.rejects(client.upload(Readable.from([BYTES])).toJSON(), { status: 503 });
  assert.equal(requests.length, 1);
});

test("a file is begun anew, a stream that has been written to is not", async (t) => {
  const directory = await folder(t);
  const path = join(directory, "image.jpg");
  const answers = () => inTurn(truncated(BYTES), binary(BYTES));
  const toFile = await stub(t, answers(), { retries: 2 });
  assert.deepEqual(await toFile.client.fetch(IMAGE).toFile(path), METADATA);
  assert.ok((await readFile(path)).equals(BYTES));
  assert.deepEqual(await readdir(directory), ["image.jpg"]);
  const toBuffer = await stub(t, answers(), { retries: 2 });
  assert.ok((await toBuffer.client.fetch(IMAGE).toBuffer()).data.equals(BYTES));
  const toStream = await stub(t, answers(), { retries: 2 });
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() }).on("error", () => {});
  await assert.rejects(toStream.client.fetch(IMAGE).toFile(stream), { code: "incomplete_body" });
  assert.equal(toStream.requests.length, 1);
});

test("a stream that nothing was written to can still be written to", async (t) => {
  const { client } = await stub(t, inTurn(refusal(503), cut, binary(BYTES)), { retries: 2 });
  const chunks = [];
  const stream = new Writable({ write: (chunk, _encoding, done) => done(null, chunks.push(chunk)) });
  await client.fetch(IMAGE).toFile(stream);
  assert.ok(Buffer.concat(chunks).equals(BYTES));
});

test("who is asked to come back much later is told so", async (t) => {
  const { client, requests } = await stub(t, refusal(429, { "Retry-After": "3600" }), { retries: 2 });
  await assert.rejects(client.fetch(IMAGE).toJSON(), (error) => {
    assert.ok(error instanceof RateLimitError && error instanceof ApiError);
    assert.deepEqual([error.retryAfter, error.requestId], [3600, ID]);
    assert.deepEqual(
      error.headers.find(([name]) => name === "retry-after"),
      ["retry-after", "3600"],
    );
    return true;
  });
  assert.equal(requests.length, 1);
});

test("a wait that the call has no time for is not begun", async (t) => {
  const { client, requests } = await stub(t, refusal(503, { "Retry-After": "30" }), { retries: 2, timeout: 20 });
  await assert.rejects(client.fetch(IMAGE).toJSON(), { status: 503, retryAfter: 30 });
  assert.equal(requests.length, 1);
});

test("a date to come back at is understood", async (t) => {
  const past = { "Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT" };
  const { client, requests } = await stub(t, inTurn(refusal(503, past), json(METADATA)), { retries: 2 });
  assert.deepEqual(await client.fetch(IMAGE).toJSON(), METADATA);
  assert.equal(requests.length, 2);
});

test("neither what is wrong with the request nor with the caller's disk is tried again", async (t) => {
  const { client, requests } = await stub(t, refusal(422), { retries: 2 });
  await assert.rejects(client.fetch(IMAGE).toJSON(), { status: 422 });
  assert.equal(requests.length, 1);
  const full = await stub(t, binary(BYTES), { retries: 2 });
  await assert.rejects(full.client.fetch(IMAGE).toFile(join(await folder(t), "missing", "image.jpg")), {
    code: "file",
  });
  assert.equal(full.requests.length, 1);
  await assert.rejects(full.client.upload("/nowhere/image.jpg").toJSON(), { code: "file" });
  assert.equal(full.requests.length, 1);
});

test("a redirect is an answer, to an upload too, and not asked for again", async (t) => {
  const { client, requests } = await stub(t, (response) => response.writeHead(302, { Location: "/" }).end(), {
    retries: 2,
  });
  for (const request of [client.upload(Buffer.alloc(9)), client.fetch("https://www.website.com/image.jpg")]) {
    requests.length = 0;
    await assert.rejects(request.toJSON(), { name: "UnexpectedResponseError", status: 302 });
    assert.equal(requests.length, 1);
  }
});
