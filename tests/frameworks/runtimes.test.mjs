import { join } from "node:path";
import { test } from "node:test";
import { bun, deno, start, temporaryFolder } from "./runtimes.mjs";
import { testAdapter } from "./scenarios.mjs";

const runtime = (file, words) => async (t) => {
  const database = join(await temporaryFolder(t), "webhooks.db");
  const port = Number(await start(t, file, [...words, database]).line());
  const seen = async () => (await fetch(`http://127.0.0.1:${port}/seen`)).json();
  return { port, seen };
};

testAdapter(
  test,
  "Deno",
  runtime(deno(), ["run", "--no-remote", "--node-modules-dir=manual", "--allow-all", "deno.mjs"]),
);
testAdapter(test, "Bun", runtime(bun(), ["run", "bun.mjs"]));
testAdapter(test, "Next.js", runtime(process.execPath, ["next.mjs"]));
