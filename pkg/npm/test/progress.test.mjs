import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { binary, json, METADATA, stub } from "./stub.mjs";

const IMAGE = "https://www.website.com/image.jpg";
const BYTES = Buffer.alloc(300_000, "image");
const chunks = () => [BYTES.subarray(0, 100_000), BYTES.subarray(100_000)];

async function told(call) {
  const seen = [];
  await call((progress) => void seen.push(progress));
  assert.ok(seen.length > 0);
  assert.deepEqual(
    seen.map(({ transferred }) => transferred),
    seen.map(({ transferred }) => transferred).toSorted((a, b) => a - b),
  );
  assert.equal(new Set(seen.map(({ total }) => total)).size, 1);
  return seen.at(-1);
}

test("uploads tell how far they are, in bytes of the image", async (t) => {
  const { client } = await stub(t, json(METADATA));
  const uploading = (source) => told((onUploadProgress) => client.upload(source).toJSON({ onUploadProgress }));
  const size = BYTES.length;
  assert.deepEqual(await uploading(BYTES), { transferred: size, total: size });
  assert.deepEqual(await uploading(new Blob([BYTES])), { transferred: size, total: size });
  assert.deepEqual(await uploading(Readable.from(chunks())), { transferred: size, total: null });
  assert.deepEqual(await uploading(Readable.from(["ä", "€"])), { transferred: 5, total: null });
});

test("downloads tell how far they are", async (t) => {
  const { client } = await stub(t, (response) => {
    response.writeHead(200, { "X-Optidash-Metadata": JSON.stringify(METADATA), "Content-Length": BYTES.length });
    response.end(BYTES);
  });
  const size = BYTES.length;
  const whole = { transferred: size, total: size };
  const request = client.fetch(IMAGE);
  assert.deepEqual(await told((onDownloadProgress) => request.toBuffer({ onDownloadProgress })), whole);
  assert.deepEqual(await told((onDownloadProgress) => request.toFile("/dev/null", { onDownloadProgress })), whole);
  const unknown = await stub(t, (response) => {
    response.writeHead(200, { "X-Optidash-Metadata": JSON.stringify(METADATA) });
    response.write(BYTES);
    response.end();
  });
  const last = await told((onDownloadProgress) => unknown.client.fetch(IMAGE).toBuffer({ onDownloadProgress }));
  assert.deepEqual(last, { transferred: size, total: null });
});

test("what a callback throws is what the call fails with", async (t) => {
  const mine = new Error("mine");
  const throwing = () => {
    throw mine;
  };
  const { client, requests } = await stub(t, binary(BYTES), { retries: 5 });
  await assert.rejects(client.upload(BYTES).toJSON({ onUploadProgress: throwing }), (error) => error === mine);
  const image = client.fetch(IMAGE);
  await assert.rejects(image.toBuffer({ onDownloadProgress: throwing }), (error) => error === mine);
  await assert.rejects(image.toFile("/dev/null", { onDownloadProgress: throwing }), (error) => error === mine);
  assert.ok(requests.length <= 3);
});
