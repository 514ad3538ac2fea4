// The programs that the project started from, unchanged: they print the id, and the notification carries it.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { file, fixture, runJavascript, runPython, startApi, startEndpoint } from "./harness.mjs";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const programs = { "webhook.js": runJavascript, "webhook.py": runPython };

for (const [name, run] of Object.entries(programs)) {
  test(`${name} prints the id that the notification carries`, async (test) => {
    const endpoint = await startEndpoint(test);
    const api = await startApi(test, ["--fixture", fixture, "--forward-webhooks-to", endpoint.url]);

    const id = await run(file(`samples/${name}`), { OPTIDASH_BASE_URL: api.baseUrl });
    assert.match(id, UUID);

    const notification = await endpoint.next();
    assert.equal(notification.id, id);
    assert.equal(notification.success, true);
    assert.equal(notification.code, 200);
    assert.deepEqual([notification.input.width, notification.input.height], [532, 399]);
    assert.deepEqual([notification.output.width, notification.output.height], [100, 75]);
  });

  const original = file(`../../../shared/samples/${name}`);
  test(`${name} is the original`, { skip: !existsSync(original) && "the originals are not beside this checkout" }, async () => {
    assert.equal(await readFile(file(`samples/${name}`), "utf8"), await readFile(original, "utf8"));
  });
}
