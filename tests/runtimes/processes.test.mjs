// Node in each version that is supported, by `import` and by `require`; Deno; Bun.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { bun, deno, node22 } from "../frameworks/runtimes.mjs";
import { IMAGE, IMAGE_URL, makeProject, run, startApi } from "./project.mjs";
import { EXPECTED } from "./scenario.mjs";
import { EXPECTED_FILES } from "./scenario-files.mjs";

const node = (major) => fileURLToPath(new URL(`node_modules/node${major}/bin/node`, import.meta.url));

const runtimes = [
  ["Node 18", node(18)],
  ["Node 20", node(20)],
  ["Node 22", node22()],
  ["Node 24", node(24)],
  ["Deno", deno(), "run", "--no-remote", "--node-modules-dir=manual", "--allow-all"],
  ["Bun", bun(), "run"],
];

for (const [name, file, ...words] of runtimes) {
  test(`${name}: import`, (t) => runs(t, file, [...words, "program.mjs"]));
  if (name.startsWith("Node")) test(`${name}: require`, (t) => runs(t, file, ["program.cjs"]));
}

async function runs(t, file, words) {
  const [folder, api] = await Promise.all([makeProject(t), startApi(t)]);
  const env = { API: api, URL: IMAGE_URL, IMAGE, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
  const facts = JSON.parse(await run(file, words, { cwd: folder, env }));
  assert.deepEqual(facts, { ...EXPECTED, files: EXPECTED_FILES });
}
