// The packed packages as a user gets them: npm's in an empty folder, the wheel in a fresh virtual environment.

import assert from "node:assert/strict";
import { test } from "node:test";
import { file, photograph, runJavascript, runPython } from "./harness.mjs";

const members = [
  "ApiError",
  "AuthenticationError",
  "ConnectionError",
  "ImageError",
  "Notification",
  "OptidashError",
  "RateLimitError",
  "Receiver",
  "Rejection",
  "TimeoutError",
  "UnexpectedResponseError",
  "ValidationError",
  "outputSize",
  "readMetadata",
  "transform",
];

for (const program of ["commonjs.cjs", "module.mjs"]) {
  test(`${program}: the package is the class, and everything hangs on it`, async () => {
    const answer = JSON.parse(await runJavascript(file(`programs/${program}`)));
    assert.equal(answer.isClass, true);
    assert.deepEqual(members.filter((member) => !answer.members.includes(member)), []);
    assert.deepEqual(answer.size, { width: 100, height: 75 });
  });
}

for (const [program, run] of Object.entries({ "engine.mjs": runJavascript, "engine.py": runPython })) {
  test(`${program}: a 12 MP JPEG becomes 100x75 in the process`, async () => {
    const images = JSON.parse(await run(file(`programs/${program}`), {}, photograph));
    assert.deepEqual(images, [
      { format: "JPEG", width: 4000, height: 3000 },
      { format: "JPEG", width: 100, height: 75 },
    ]);
  });
}
