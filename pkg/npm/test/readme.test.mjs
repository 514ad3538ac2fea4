// Every JavaScript block of the README runs as a program of its own, in a project that has the package installed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import Optidash from "optidash";
import { consumer } from "./consumer.mjs";
import { binary, ID, json, METADATA, stub } from "./stub.mjs";

const photograph = new URL("../../../tests/images/rocket.jpg", import.meta.url);
const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const programs = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, program]) => program);

/** The only block that has all of these words. */
function block(...words) {
  const found = programs.filter((program) => words.every((word) => program.includes(word)));
  assert.equal(found.length, 1, words.join());
  return found[0];
}

/** The API and its storage in one. */
function answer(response, request) {
  const { url, headers } = request;
  const output = { ...METADATA.output, url: `http://${headers.host}/temp/image.jpg` };
  const documents = {
    "/1.0/account": { success: true, code: 200, credits: { total: 9, used: 1, remaining: 8 } },
    "/1.0/keys": { success: true, name: "shop", key: "0123456789" },
    "/1.0/webhooks/": { success: true, code: 200, webhooks: [{ id: ID, status: "failed", created_at: "2026-11-24" }] },
  };
  if (url === "/temp/image.jpg") response.end("stored");
  else if (headers["x-optidash-binary"] !== undefined)
    binary(Buffer.from("image"))(response.setHeader("Content-Length", 5));
  else json(documents[url.split("?")[0]] ?? { ...METADATA, output })(response);
}

/** Expected output of each block, by words that tell it from the others. */
const expectations = [
  [["const { output } = await opti\n", "output.url"], /^http:.*\/temp\/image\.jpg\n$/],
  [["toBuffer()", "webp"], "image.jpg 5\n"],
  [["require("], `${ID}\n`],
  [["opti.account("], "GET /1.0/account 200 1\n8\n"],
  [["controller.abort"], "the user has left\n"],
  [["progressBar"], /up {3}\[#{20}\] 100%\n.*down \[#{20}\] 100%\n$/s],
  [["opti.batch("], "photo.jpg 100\nmissing.jpg file\n"],
  [["opti.download("], "6\n"],
  [["opti.keys.create"], `${ID} failed 2026-11-24\n`],
  [["receiver.endpoint("], `${ID}\n`],
  [["ValidationError"], /^misspelt_attribute resize\.widht `resize` has no attribute/],
  [["transform", "writeFile"], /^JPEG PNG \{ width: 100, height: 75 \}\n$/],
];

test("each block prints what it should", async (t) => {
  const { folder, program } = await consumer(t);
  const { baseUrl } = await stub(t, answer);
  await copyFile(photograph, join(folder, "photo.jpg"));
  for (const [index, [words, expected]] of expectations.entries()) {
    const text = block(...words);
    const file = `block-${index}.${text.includes("require(") ? "cjs" : "mjs"}`;
    const output = await program(file, text, { OPTIDASH_BASE_URL: baseUrl });
    if (typeof expected === "string") assert.equal(output, expected);
    else assert.match(output, expected);
  }
  assert.equal(await readFile(join(folder, "small.jpg"), "utf8"), "image");
  assert.equal(await readFile(join(folder, "image.jpg"), "utf8"), "stored");
  assert.ok(!existsSync(join(folder, "thumb.jpg")));
  assert.equal(programs.length, expectations.length + 1, "every block but the server's");
});

test("the server of the README answers", async (t) => {
  const { folder } = await consumer(t);
  await writeFile(join(folder, "server.mjs"), block("createServer"));
  const server = spawn(process.execPath, ["server.mjs"], {
    cwd: folder,
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => server.kill());
  const [port] = await once(server.stdout, "data");
  const post = (body) => fetch(`http://127.0.0.1:${Number(port)}/endpoint`, { method: "POST", body });
  const refused = await post(JSON.stringify(METADATA));
  assert.deepEqual([refused.status, await refused.text()], [403, "untrusted_address"]);
  assert.equal((await post("x".repeat(2 << 20))).status, 403);
});

test("the defaults and ranges of the README are the core's", () => {
  const refusal = (options) => {
    try {
      new Optidash("key", options);
    } catch (error) {
      return error.message;
    }
  };
  const { timeout, retries } = new Optidash("key").fetch("https://www.website.com/image.jpg").toRequest();
  const { connect, idle, total } = timeout;
  assert.ok(readme.includes(`\`{ connect: ${connect}, idle: ${idle}, total: ${total} }\``));
  assert.ok(readme.includes(`| \`retries\` | ${retries} |`));
  for (const [option, range] of [
    ["timeout", /at most (\d+)/],
    ["retries", /(\d+) to (\d+)/],
    ["concurrency", /(\d+) to (\d+)/],
  ]) {
    const [told] = refusal({ [option]: 1_000_000 }).match(range);
    const [row] = readme.match(new RegExp(`^\\| \`${option}\` \\|.*$`, "m"));
    assert.ok(row.includes(told.replace("from ", "")), `${row} lacks ${told}`);
  }
});
