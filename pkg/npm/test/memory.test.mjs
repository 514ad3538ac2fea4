import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { METADATA, stub } from "./stub.mjs";

const SIZE = 512 << 20;
const MOST = 200 << 20;

/** Runs a program that prints its peak memory; the stub lives in this process, so only the package is measured. */
async function peakMemory(program, ...values) {
  const source = `
    import Optidash from "optidash";
    const [baseUrl, path] = process.argv.slice(1);
    const request = new Optidash("key", { baseUrl });
    ${program}
    console.log(process.resourceUsage().maxRSS * 1024);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", source, ...values]);
  return Number(stdout);
}

async function folder(t) {
  const path = await mkdtemp(join(tmpdir(), "optidash-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test("uploading half a gigabyte takes constant memory", async (t) => {
  const path = join(await folder(t), "large.jpg");
  const file = await open(path, "w");
  await file.truncate(SIZE);
  await file.close();
  let received = 0;
  const answer = async (response, request) => {
    for await (const chunk of request) received += chunk.length;
    response.end(JSON.stringify(METADATA));
  };
  const { baseUrl } = await stub(t, answer, { readBody: false });
  const peak = await peakMemory("await request.upload(path).toJSON();", baseUrl, path);
  assert.ok(received > SIZE);
  assert.ok(peak < MOST, `${peak >> 20} MiB`);
});

test("saving half a gigabyte takes constant memory", async (t) => {
  const path = join(await folder(t), "large.jpg");
  const { baseUrl } = await stub(t, async (response) => {
    response.writeHead(200, { "X-Optidash-Metadata": JSON.stringify(METADATA), "Content-Length": SIZE });
    const chunk = Buffer.alloc(1 << 20);
    for (let sent = 0; sent < SIZE; sent += chunk.length) {
      await new Promise((resolve) => response.write(chunk, resolve));
    }
    response.end();
  });
  const peak = await peakMemory('await request.fetch("https://a.example/").toFile(path);', baseUrl, path);
  assert.equal((await stat(path)).size, SIZE);
  assert.ok(peak < MOST, `${peak >> 20} MiB`);
});

test("a stream of half a gigabyte, both ways and with progress, takes constant memory", async (t) => {
  const chunk = Buffer.alloc(1 << 20);
  let received = 0;
  const { baseUrl } = await stub(
    t,
    async (response, request) => {
      for await (const part of request) received += part.length;
      response.writeHead(200, { "Content-Length": SIZE });
      for (let sent = 0; sent < SIZE; sent += chunk.length) await new Promise((done) => response.write(chunk, done));
      response.end();
    },
    { readBody: false },
  );
  const program = `
    import { Writable } from "node:stream";
    let [up, down] = [0, 0];
    const onUploadProgress = ({ transferred }) => { up = transferred; };
    const onDownloadProgress = ({ transferred }) => { down = transferred; };
    async function* source() {
      for (let sent = 0; sent < ${SIZE}; sent += 1 << 16) yield Buffer.alloc(1 << 16);
    }
    const opti = new Optidash("key", { baseUrl });
    await opti.upload(source()).toJSON({ onUploadProgress }).catch(({ code }) => code);
    await opti.download(baseUrl, new Writable({ write: (part, encoding, done) => done() }), { onDownloadProgress });
    if (up !== ${SIZE} || down !== ${SIZE}) throw new Error(up + " " + down);`;
  const peak = await peakMemory(program, baseUrl);
  assert.ok(received > SIZE);
  assert.ok(peak < MOST, `${peak >> 20} MiB`);
});
