// workerd, by way of miniflare.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { bundle } from "../frameworks/worker-bundle.mjs";
import { IMAGE, IMAGE_URL, makeProject, startApi } from "./project.mjs";
import { EXPECTED } from "./scenario.mjs";

const { Miniflare } = createRequire(new URL("../frameworks/", import.meta.url))("miniflare");

test("Cloudflare Workers", async (t) => {
  const [folder, api] = await Promise.all([makeProject(t), startApi(t)]);
  const worker = new Miniflare({
    cf: false,
    modules: await bundle({ file: join(folder, "worker.mjs") }),
    modulesRoot: ".",
    compatibilityDate: "2026-01-01",
    bindings: { API: api, IMAGE_URL },
  });
  t.after(() => worker.dispose());
  const answer = await worker.dispatchFetch("http://localhost/", { method: "POST", body: await readFile(IMAGE) });
  assert.equal(answer.status, 200, answer.status === 200 ? "" : await answer.clone().text());
  assert.deepEqual(await answer.json(), EXPECTED);
});
