import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { ApiError, ConnectionError, UnexpectedResponseError, ValidationError } from "optidash";
import { binary, ID, json, METADATA, stub } from "./stub.mjs";

const BYTES = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));

async function folder(t) {
  const path = await mkdtemp(join(tmpdir(), "optidash-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

function requestOf(client) {
  return client.fetch("https://www.website.com/image.jpg").resize({ width: 100 });
}

function sink() {
  const written = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  return { stream, bytes: () => Buffer.concat(written) };
}

for (const header of ["X-Optidash-Metadata", "x-optidash-meta"]) {
  test(`toBuffer gives metadata and bytes (${header})`, async (t) => {
    const { client, requests } = await stub(t, binary(BYTES, header));
    const { metadata, data } = await requestOf(client).toBuffer();
    assert.deepEqual(metadata, METADATA);
    assert.ok(Buffer.isBuffer(data) && data.equals(BYTES));
    assert.equal(requests[0].headers["x-optidash-binary"], "1");
    assert.deepEqual(JSON.parse(requests[0].body).response, { mode: "binary" });
  });
}

test("toBuffer and toFile take callbacks", async (t) => {
  const { client } = await stub(t, binary(BYTES));
  const [error, metadata, data] = await new Promise((resolve) => {
    requestOf(client).toBuffer((...results) => resolve(results));
  });
  assert.equal(error, null);
  assert.deepEqual(metadata, METADATA);
  assert.ok(data.equals(BYTES));
  const path = join(await folder(t), "image.jpg");
  const results = await new Promise((resolve) => requestOf(client).toFile(path, (...results) => resolve(results)));
  assert.deepEqual(results, [null, METADATA]);
  assert.ok((await readFile(path)).equals(BYTES));
});

test("toFile writes a file whole, and replaces one", async (t) => {
  const { client } = await stub(t, binary(BYTES));
  const directory = await folder(t);
  const path = join(directory, "image.jpg");
  await writeFile(path, "old");
  assert.deepEqual(await requestOf(client).toFile(path), METADATA);
  assert.ok((await readFile(path)).equals(BYTES));
  await requestOf(client).toFile(pathToFileURL(join(directory, "by url.jpg")));
  assert.deepEqual((await readdir(directory)).sort(), ["by url.jpg", "image.jpg"]);
});

test("toFile follows a link and leaves devices what they are", async (t) => {
  const { client } = await stub(t, binary(BYTES));
  const directory = await folder(t);
  await writeFile(join(directory, "image.jpg"), "old");
  await symlink("image.jpg", join(directory, "link.jpg"));
  await requestOf(client).toFile(join(directory, "link.jpg"));
  assert.equal(await readlink(join(directory, "link.jpg")), "image.jpg");
  assert.ok((await readFile(join(directory, "image.jpg"))).equals(BYTES));
  await requestOf(client).toFile("/dev/null");
});

test("toFile streams to a Writable", async (t) => {
  const { client } = await stub(t, binary(BYTES));
  const { stream, bytes } = sink();
  assert.deepEqual(await requestOf(client).toFile(stream), METADATA);
  assert.ok(bytes().equals(BYTES));
  assert.ok(stream.writableFinished);
});

test("a failure with an empty body leaves no file and no touched stream", async (t) => {
  const failure = { success: false, code: 422, id: ID, message: "no image there" };
  const { client } = await stub(t, (response) => {
    response.writeHead(422, { "X-Optidash-Metadata": JSON.stringify(failure) }).end();
  });
  const directory = await folder(t);
  const { stream } = sink();
  for (const target of [join(directory, "image.jpg"), stream]) {
    await assert.rejects(requestOf(client).toFile(target), (error) => {
      assert.ok(error instanceof ApiError);
      assert.deepEqual([error.message, error.metadata], ["no image there", failure]);
      return true;
    });
  }
  assert.deepEqual(await readdir(directory), []);
  assert.equal(stream.destroyed, false);
  const [error, metadata, data] = await new Promise((resolve) => {
    requestOf(client).toBuffer((...results) => resolve(results));
  });
  assert.ok(error instanceof ApiError);
  assert.deepEqual([metadata, data], [failure, undefined]);
});

test("a failure with a JSON body, and one with nothing at all", async (t) => {
  const { client } = await stub(t, json({ success: false, code: 500, id: ID, message: "sorry" }, 500));
  await assert.rejects(requestOf(client).toBuffer(), { name: "ApiError", message: "sorry", status: 500 });
  const { client: silent } = await stub(t, (response) => response.writeHead(503).end());
  await assert.rejects(requestOf(silent).toBuffer(), { name: "ApiError", status: 503 });
});

test("a truncated image leaves nothing", async (t) => {
  const { client } = await stub(t, (response) => {
    response.writeHead(200, { "X-Optidash-Metadata": JSON.stringify(METADATA), "Content-Length": BYTES.length });
    response.write(BYTES.subarray(0, 70_000), () => response.destroy());
  });
  const directory = await folder(t);
  const path = join(directory, "image.jpg");
  await writeFile(path, "old");
  await assert.rejects(requestOf(client).toFile(path), (error) => {
    assert.ok(error instanceof ConnectionError);
    assert.equal(error.code, "incomplete_body");
    return true;
  });
  assert.equal(await readFile(path, "utf8"), "old");
  assert.deepEqual(await readdir(directory), ["image.jpg"]);
  const { stream } = sink();
  stream.on("error", () => {});
  await assert.rejects(requestOf(client).toFile(stream), ConnectionError);
  assert.ok(stream.destroyed);
  await assert.rejects(requestOf(client).toBuffer(), ConnectionError);
});

test("metadata without an image is no binary answer", async (t) => {
  const { client } = await stub(t, json(METADATA));
  await assert.rejects(requestOf(client).toBuffer(), UnexpectedResponseError);
  const { client: naked } = await stub(t, (response) => response.end(BYTES));
  await assert.rejects(requestOf(naked).toBuffer(), { code: "missing_metadata" });
});

test("a target that cannot be written", async (t) => {
  const { client, requests } = await stub(t, binary(BYTES));
  const directory = await folder(t);
  for (const path of [directory, join(directory, "missing", "image.jpg")]) {
    await assert.rejects(requestOf(client).toFile(path), (error) => {
      assert.ok(error instanceof ValidationError);
      assert.equal(error.code, "file");
      return true;
    });
  }
  assert.deepEqual(await readdir(directory), []);
  const before = requests.length;
  await assert.rejects(requestOf(client).toFile(undefined), { name: "ValidationError", code: "file" });
  assert.equal(requests.length, before);
});
