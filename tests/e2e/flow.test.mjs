// The whole flow as a user writes it, in each language; `cargo xtask demo` shows the same programs.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { file, fixture, photograph, runJavascript, runPython, startApi, temporaryFolder } from "./harness.mjs";

const programs = { javascript: [runJavascript, "demo/flow.mjs"], python: [runPython, "demo/flow.py"] };

for (const [language, [run, program]] of Object.entries(programs)) {
  test(`${language}: a picture is asked for, announced, verified and kept`, async (test) => {
    const folder = await temporaryFolder(test);
    const api = await startApi(test, ["--fixture", fixture]);
    const environment = { OPTIDASH_BASE_URL: api.baseUrl, OPTIDASH_PHOTOGRAPH: photograph };

    const steps = (await run(file(program), environment, folder)).split("\n").map((line) => line.split("\t"));

    const id = /^202, id (.+)$/.exec(step(steps, "accepted"))?.[1];
    assert.ok(id, step(steps, "accepted"));
    assert.match(step(steps, "notified"), new RegExp(`id ${id}$`));
    assert.deepEqual(
      steps.filter(([word]) => word === "forged").map(([, text]) => text),
      ["wrong password: answered 401 unauthorized", "unknown id: answered 404 unexpected_id"],
    );
    assert.deepEqual(await sizeOf(join(folder, `${language}-100x75.jpg`)), [100, 75]);
    assert.deepEqual(await sizeOf(join(folder, `${language}-12-megapixels.jpg`)), [4000, 3000]);
    assert.deepEqual(await sizeOf(join(folder, `${language}-12-megapixels-100x75.jpg`)), [100, 75]);
  });
}

const step = (steps, wanted) => steps.find(([word]) => word === wanted)?.[1];

/** Width and height of a JPEG, from its frame header; read here, so that no code under test judges itself. */
async function sizeOf(path) {
  const bytes = await readFile(path);
  assert.equal(bytes.readUInt16BE(0), 0xffd8, `${path} is no JPEG`);
  let at = 2;
  while (![0xffc0, 0xffc1, 0xffc2].includes(bytes.readUInt16BE(at))) at += 2 + bytes.readUInt16BE(at + 2);
  return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
}
