import assert from "node:assert/strict";
import { once } from "node:events";
import { createReadStream, readdirSync, readlinkSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import Optidash, { ConnectionError, ValidationError } from "optidash";
import { json, METADATA, stub } from "./stub.mjs";

// Longer than a chunk, and a view into a larger buffer, as Node's own buffers often are.
const BYTES = Buffer.from(Array.from({ length: 200_007 }, (_, index) => index % 253)).subarray(7);

async function imageFile(t) {
  const folder = await mkdtemp(join(tmpdir(), "optidash-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "photo.jpg");
  await writeFile(path, BYTES);
  return path;
}

/** The files of that name that this process holds open; Linux tells. */
function openFiles(name) {
  if (process.platform !== "linux") return [];
  const targets = readdirSync("/proc/self/fd").map((file) => {
    try {
      return readlinkSync(`/proc/self/fd/${file}`);
    } catch {
      return ""; // the one that lists the folder
    }
  });
  return targets.filter((target) => target.endsWith(name));
}

/** The parts of a multipart body, by the rules of RFC 7578. */
function partsOf({ headers, body }) {
  const [, boundary] = headers["content-type"].match(/^multipart\/form-data; boundary=([^;]+)$/);
  const text = body.toString("latin1");
  assert.ok(text.endsWith(`\r\n--${boundary}--\r\n`));
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`).slice(1, -1);
  return pieces.map((piece) => {
    const end = piece.indexOf("\r\n\r\n");
    return { head: piece.slice(2, end).split("\r\n"), bytes: Buffer.from(piece.slice(end + 4), "latin1") };
  });
}

async function uploaded(t, source, options) {
  const { client, requests } = await stub(t, json(METADATA));
  assert.deepEqual(await client.upload(source, options).resize({ width: 10 }).toJSON(), METADATA);
  const [request] = requests;
  assert.equal(request.url, "/1.0/upload");
  const [data, file, ...more] = partsOf(request);
  assert.deepEqual(more, []);
  assert.deepEqual(data.head, ['Content-Disposition: form-data; name="data"']);
  assert.equal(data.bytes.toString(), '{"resize": {"width": 10}}');
  assert.ok(file.bytes.equals(BYTES));
  assert.equal(file.head[1], "Content-Type: application/octet-stream");
  const [, name] = file.head[0].match(/^Content-Disposition: form-data; name="file"; filename="([^"]*)"$/);
  return { name, length: request.headers["content-length"], size: request.body.length };
}

test("a path, and a file URL", async (t) => {
  const path = await imageFile(t);
  for (const source of [path, pathToFileURL(path)]) {
    const { name, length, size } = await uploaded(t, source);
    assert.equal(name, "photo.jpg");
    assert.equal(Number(length), size);
  }
});

test("bytes of every kind", async (t) => {
  const alone = new Uint8Array(BYTES).buffer;
  for (const source of [BYTES, new Uint8Array(BYTES), alone, new DataView(alone)]) {
    const { name, length, size } = await uploaded(t, source, { name: "scan.png" });
    assert.equal(name, "scan.png");
    assert.equal(Number(length), size);
  }
});

test("a Blob, and a File with its name", async (t) => {
  assert.equal((await uploaded(t, new Blob([BYTES]), { name: "blob.jpg" })).name, "blob.jpg");
  const { File } = await import("node:buffer");
  assert.equal((await uploaded(t, new File([BYTES], "own.jpg"))).name, "own.jpg");
});

test("streams of unknown length", async (t) => {
  const chunks = () => [BYTES.subarray(0, 100_000), BYTES.subarray(100_000)];
  const web = new ReadableStream({
    start(controller) {
      for (const chunk of chunks()) controller.enqueue(chunk);
      controller.close();
    },
  });
  async function* generator() {
    yield* chunks();
  }
  for (const source of [Readable.from(chunks()), web, generator()]) {
    const { length } = await uploaded(t, source, { name: "stream.jpg" });
    assert.equal(length, undefined);
  }
  assert.equal((await uploaded(t, createReadStream(await imageFile(t)))).name, "photo.jpg");
});

test("a name cannot break out of its header", async (t) => {
  const { client, requests } = await stub(t, json(METADATA));
  await client.upload(BYTES, { name: 'a"; x="\r\nEvil: 1.jpg' }).toJSON();
  const [, file] = partsOf(requests[0]);
  assert.equal(file.head.length, 2);
  assert.ok(file.head[0].startsWith('Content-Disposition: form-data; name="file"; filename="a%22; x=%22'));
});

test("bytes and paths can be sent again, a stream cannot", async (t) => {
  const { client, requests } = await stub(t, json(METADATA));
  const twice = client.upload(BYTES);
  await twice.toJSON();
  await twice.toJSON();
  assert.deepEqual(partsOf(requests[0])[1].bytes, partsOf(requests[1])[1].bytes);
  const once = client.upload(Readable.from([BYTES]));
  await once.toJSON();
  await assert.rejects(once.toJSON(), { name: "ValidationError", code: "file" });
  assert.equal(requests.length, 3);
});

test("a source that cannot be read", async (t) => {
  const { client, requests } = await stub(t, json(METADATA));
  await assert.rejects(client.upload("/nowhere/image.jpg").toJSON(), (error) => {
    assert.ok(error instanceof ValidationError);
    assert.deepEqual([error.code, error.cause.code], ["file", "ENOENT"]);
    return true;
  });
  for (const source of [null, undefined, 5, {}, []]) {
    await assert.rejects(client.upload(source).toJSON(), ValidationError);
  }
  assert.equal(requests.length, 0);
  const broken = Readable.from(
    (async function* () {
      yield BYTES;
      throw new Error("the disk is gone");
    })(),
  );
  await assert.rejects(client.upload(broken).toJSON(), (error) => {
    assert.ok(error instanceof ValidationError);
    assert.match(error.message, /the disk is gone/);
    return true;
  });
});

test("no file stays open, whatever comes of the request", async (t) => {
  const path = await imageFile(t);
  const { client } = await stub(t, json(METADATA));
  await client.upload(path).toJSON();
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const nobody = new Optidash("key", { baseUrl: `http://127.0.0.1:${server.address().port}` });
  server.close();
  await once(server, "close");
  await assert.rejects(nobody.upload(path).toJSON(), ConnectionError);
  const hasNoFetch = new Optidash("key", { fetch: () => Promise.reject(new Error("no")) });
  await assert.rejects(hasNoFetch.upload(path).toJSON(), ConnectionError);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(openFiles("photo.jpg"), []);
});

test("an answer that comes before the upload is over ends it", async (t) => {
  let isEnded = false;
  async function* endless() {
    try {
      for (;;) yield Buffer.alloc(1 << 16);
    } finally {
      isEnded = true;
    }
  }
  const refuse = (response) => response.writeHead(401).end(JSON.stringify({ success: false, code: 401, id: "a" }));
  const { client } = await stub(t, refuse, { readBody: false });
  await assert.rejects(client.upload(endless()).toJSON(), { name: "AuthenticationError", status: 401 });
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(isEnded);
});
