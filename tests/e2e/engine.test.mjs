// The embedded engine on a photograph of 12 MP, in the packages as a user installs them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { file, photograph, runJavascript, runPython } from "./harness.mjs";

for (const [program, run] of Object.entries({ "engine.mjs": runJavascript, "engine.py": runPython })) {
  test(`${program}: a 12 MP JPEG becomes 100x75 in the process`, async () => {
    const images = JSON.parse(await run(file(`programs/${program}`), {}, photograph));
    assert.deepEqual(images, [
      { format: "JPEG", width: 4000, height: 3000 },
      { format: "JPEG", width: 100, height: 75 },
    ]);
  });
}
