import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { ImageError, outputSize, readMetadata, transform, ValidationError } from "optidash";

const photo = await readFile(new URL("../../../tests/images/rocket.jpg", import.meta.url));

test("transform does what outputSize says, and describes both images", async () => {
  const operations = { resize: { width: 100 }, output: { format: "png" } };
  const { input, output, data } = await transform(photo, operations, { name: "rocket.jpg" });
  assert.deepEqual([input.name, input.format, input.bytes], ["rocket.jpg", "JPEG", photo.length]);
  const { width, height } = output;
  assert.deepEqual({ width, height }, outputSize(operations, input.width, input.height));
  assert.ok(Buffer.isBuffer(data));
  assert.deepEqual([output.format, output.bytes, output.sha1.length], ["PNG", data.length, 40]);
  assert.deepEqual(await readMetadata(data, { name: output.name }), output);
});

test("bytes of every kind", async () => {
  const alone = new Uint8Array(photo).buffer;
  const expected = await readMetadata(photo);
  for (const bytes of [new Uint8Array(photo), alone, new DataView(alone)]) {
    assert.deepEqual(await readMetadata(bytes), expected);
  }
  await assert.rejects(readMetadata("rocket.jpg"), TypeError);
  await assert.rejects(transform(undefined, {}), TypeError);
});

test("what comes out is the caller's own, also when several are made at once", async () => {
  const make = (width) => transform(photo, { resize: { width } });
  const made = await Promise.all([10, 20, 30].map(make));
  assert.deepEqual(
    made.map(({ output }) => output.width),
    [10, 20, 30],
  );
  const first = Buffer.from(made[0].data);
  await make(40);
  assert.ok(made[0].data.equals(first));
});

test("what is no image, and what the engine does not do", async () => {
  await assert.rejects(transform(new Uint8Array(), {}), ImageError);
  await assert.rejects(transform(photo.subarray(0, 100), {}), ImageError);
  await assert.rejects(transform(photo, { resize: { width: 0 } }), { name: "ValidationError", path: "resize.width" });
  await assert.rejects(transform(photo, { store: { id: "x" } }), { code: "unsupported_operation", path: "store" });
  assert.throws(() => outputSize({ resize: { width: 1 } }, 0, 5), ValidationError);
  assert.throws(() => outputSize({ resize: { width: 1 } }, "5", 5), ValidationError);
});
