// The programs of docs/webhooks.md run.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Receiver } from "optidash";
import { signedNotificationRequest } from "optidash/testing";
import { start } from "./runtimes.mjs";
import { send } from "./scenarios.mjs";

const text = await readFile(new URL("../../docs/webhooks.md", import.meta.url), "utf8");
const blocks = (language) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map(([, block]) => block);
const programs = new Map(blocks("js").map((block) => [/^\/\/ (\S+\.mjs)/.exec(block)[1], block]));
const OPTIDASH_WEBHOOK_SECRET = "an example secret of more than 16 bytes";
const ID = "f26656d4-3322-4279-acf4-0e1b3ef9d4bd";

/** A folder with all programs, below this one so that they find the frameworks; the receiver takes this machine for the API. */
async function folder(t) {
  const made = await mkdtemp(fileURLToPath(new URL(".docs-", import.meta.url)));
  t.after(() => rm(made, { recursive: true, force: true }));
  for (const [name, program] of programs) {
    const local = program
      .replace("new Receiver({", 'new Receiver({ networks: ["127.0.0.1"],')
      .replace('"webhooks.db"', JSON.stringify(join(made, "webhooks.db")))
      .replace('from "express"', 'from "express5"');
    await writeFile(join(made, name), local);
  }
  return made;
}

async function run(t, name, env = {}) {
  const words = ["--no-warnings", "--import", "./docs-listen.mjs", join(await folder(t), name)];
  return start(t, process.execPath, words, { env: { OPTIDASH_WEBHOOK_SECRET, ...env } });
}

const servers = ["node.mjs", "express.mjs", "fastify.mjs", "koa.mjs", "hono.mjs"];
for (const name of servers) {
  test(name, async (t) => {
    const { line } = await run(t, name);
    const port = Number(await line());
    const receiver = new Receiver({ secret: OPTIDASH_WEBHOOK_SECRET });
    const endpoint = `http://127.0.0.1:${port}/endpoint`;
    const sample = signedNotificationRequest({ receiver, endpoint, context: "order 17" });
    assert.equal((await send(port, { ...sample, path: "/endpoint" })).status, 200);
    assert.match(await line(), /^order 17 https:/);
  });
}

async function api(t, document) {
  const server = createServer((_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ success: true, ...document }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { OPTIDASH_BASE_URL: `http://127.0.0.1:${server.address().port}/1.0` };
}

test("request.mjs", async (t) => {
  const { line } = await run(t, "request.mjs", await api(t, { code: 202, id: ID }));
  assert.equal(await line(), ID);
});

test("reconcile.mjs", async (t) => {
  const { line } = await run(t, "reconcile.mjs", await api(t, { code: 200, webhooks: [] }));
  assert.equal(await line(), "0 0 0 0");
});

test("test.mjs", async (t) => {
  const { exited, line } = await run(t, "test.mjs");
  assert.match(await line(), /^order 17 failed:/);
  assert.deepEqual(await exited, { code: 0, signal: null });
});

test("every program was run", () => {
  const known = ["webhooks.mjs", "request.mjs", "reconcile.mjs", "test.mjs", ...servers];
  assert.deepEqual([...programs.keys()].toSorted(), known.toSorted());
});

test("the test vector", () => {
  const [vector] = blocks("json").map((block) => JSON.parse(block));
  const nonce = Uint8Array.from(Buffer.from(vector.nonce, "hex"));
  const receiver = new Receiver({ secret: vector.secret });
  const { context, ttl, now } = vector;
  const endpoint = receiver.endpoint(vector.url, { context, ttl, now: new Date(now * 1000), nonce });
  assert.equal(endpoint, vector.url.replace("//", `//optidash:${vector.token}@`));
  const payload = Buffer.from(vector.payload, "hex");
  const mac = createHmac("sha256", vector.secret)
    .update("optidash endpoint v1\nwww.website.com\n/endpoint\n")
    .update(payload)
    .digest("base64url");
  assert.equal(mac, vector.mac);
  assert.equal(vector.token, `v1.${payload.toString("base64url")}.${mac}`);
});
