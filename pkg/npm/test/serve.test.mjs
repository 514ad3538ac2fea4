// Against the local API, with the failures that it can be asked for. `cargo xtask test` says where the command is.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Optidash, {
  ApiError,
  AuthenticationError,
  ConnectionError,
  RateLimitError,
  TimeoutError,
  UnexpectedResponseError,
} from "optidash";
import { noJitter } from "./stub.mjs";

const command = process.env.OPTIDASH_COMMAND;
const skip = command ? false : "OPTIDASH_COMMAND does not name the command";
const photograph = fileURLToPath(new URL("../../../tests/images/rocket.jpg", import.meta.url));
const IMAGE = "https://www.website.com/image.jpg";
const ENDPOINT = { url: "https://www.website.com/endpoint" };

async function folder(t) {
  const path = await mkdtemp(join(tmpdir(), "optidash-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

/** A local API; `fail` says what its next calls meet, `calls` what it got. */
async function localApi(t, options = [], clientOptions = {}) {
  const words = ["serve", "--listen", "127.0.0.1:0", "--data", await folder(t), "--fixture", `${IMAGE}=${photograph}`];
  const server = spawn(command, [...words, ...options], { stdio: ["ignore", "pipe", "ignore"] });
  const exited = once(server, "exit");
  t.after(async () => {
    server.kill("SIGKILL");
    await exited;
  });
  const [baseUrl] = await once(createInterface(server.stdout), "line");
  const headers = { "Content-Type": "application/json" };
  const fail = async (...failures) => {
    const answer = await fetch(new URL("/failures", baseUrl), {
      method: "POST",
      headers,
      body: JSON.stringify(failures),
    });
    assert.ok(answer.ok, await answer.text());
  };
  const calls = async () => (await fetch(new URL("/calls", baseUrl))).json();
  return { baseUrl, fail, calls, client: new Optidash("key", { baseUrl, ...clientOptions }) };
}

test("failures that pass are not seen", { skip }, async (t) => {
  noJitter(t);
  const { client, fail, calls } = await localApi(t);
  const passing = [
    { kind: "status", status: 503, headers: { "Retry-After": "0" }, times: 2 },
    { kind: "cut" },
    { kind: "status", status: 500 },
    { kind: "truncated" },
  ];
  for (const failure of passing) {
    await fail(failure);
    const { output } = await client.upload(photograph).resize({ width: 60 }).toJSON();
    assert.equal(output.width, 60);
  }
  assert.deepEqual(
    (await calls()).map(({ status }) => status),
    [503, 503, 200, null, 200, 500, 200, 200, 200],
  );
});

test("failures that last have their classes", { skip }, async (t) => {
  const { client, fail } = await localApi(t, ["--api-key", "key"], { retries: 0 });
  const request = client.fetch(IMAGE).resize({ width: 60 });
  const cases = [
    [{ kind: "status", status: 429, headers: { "Retry-After": "7" } }, RateLimitError, { retryAfter: 7 }],
    [{ kind: "status", status: 500 }, ApiError, { status: 500 }],
    [{ kind: "cut" }, ConnectionError, { code: "connection_failed" }],
    [{ kind: "truncated" }, ConnectionError, { code: "incomplete_body" }],
    [{ kind: "malformed" }, UnexpectedResponseError, { code: "malformed_json" }],
    [{ kind: "slow", seconds: 600 }, TimeoutError, { code: "timed_out" }],
  ];
  for (const [failure, ErrorClass, details] of cases) {
    await fail(failure);
    await assert.rejects(request.toJSON({ timeout: { idle: 0.5 } }), (error) => {
      assert.equal(error.constructor, ErrorClass);
      for (const [name, value] of Object.entries(details)) assert.equal(error[name], value);
      return true;
    });
  }
  const stranger = new Optidash("another", { baseUrl: client.fetch(IMAGE).toRequest().url.replace("/fetch", "") });
  await assert.rejects(
    stranger.account(),
    (error) => error instanceof AuthenticationError && error instanceof ApiError,
  );
});

test("a broken download leaves no file, and is begun anew", { skip }, async (t) => {
  noJitter(t);
  const { client, fail } = await localApi(t);
  const directory = await folder(t);
  const path = join(directory, "image.jpg");
  const image = client.upload(photograph);
  await fail({ kind: "truncated" });
  await assert.rejects(image.toFile(path, { retries: 0 }), ConnectionError);
  assert.deepEqual(await readdir(directory), []);
  await fail({ kind: "truncated" });
  const { output } = await image.toFile(path);
  assert.equal((await readFile(path)).length, output.bytes);
  assert.deepEqual(await readdir(directory), ["image.jpg"]);
  await fail({ kind: "truncated", path: "/temp" });
  const metadata = await image.toJSON();
  assert.equal((await client.download(metadata)).length, metadata.output.bytes);
});

test("aborting ends the call at once", { skip }, async (t) => {
  const { client, fail } = await localApi(t);
  await fail({ kind: "slow", seconds: 600 });
  const reason = new Error("enough");
  const controller = new AbortController();
  const hooks = { request: () => setImmediate(() => controller.abort(reason)) };
  const { url } = client.fetch(IMAGE).toRequest();
  const impatient = new Optidash("key", { baseUrl: url.replace("/fetch", ""), hooks });
  await assert.rejects(impatient.fetch(IMAGE).toJSON({ signal: controller.signal }), (error) => error === reason);
});

test("what may have been accepted is not sent twice", { skip }, async (t) => {
  noJitter(t);
  const { client, fail, calls } = await localApi(t);
  await fail({ kind: "truncated" });
  await assert.rejects(client.fetch(IMAGE).webhook(ENDPOINT).toJSON(), ConnectionError);
  assert.equal((await calls()).length, 1);
});

test("keys, and the history page by page", { skip }, async (t) => {
  const { baseUrl, client } = await localApi(t, ["--api-key", "master"]);
  await assert.rejects(client.account(), AuthenticationError);
  const master = new Optidash("master", { baseUrl });
  const { key, name } = await master.keys.create("shop");
  assert.equal(name, "shop");
  await assert.rejects(master.keys.create("shop"), { status: 422 });
  await master.keys.rename(key, "store");
  const shop = new Optidash(key, { baseUrl });
  await assert.rejects(shop.keys.create("other"), { name: "AuthenticationError", status: 403 });
  const ids = [];
  for (let number = 0; number < 5; number++) {
    const webhook = { ...ENDPOINT, delay: 604_800 };
    ids.push((await shop.fetch(IMAGE).resize({ width: 8 }).webhook(webhook).toJSON()).id);
  }
  const found = [];
  for await (const { id } of shop.allWebhooks({ limit: 2 })) found.push(id);
  assert.deepEqual(found.toSorted(), ids.toSorted());
});

test("a rate limit is told with the time to come back", { skip }, async (t) => {
  const { client } = await localApi(t, ["--rate-limit", "2/3600s"], { retries: 2 });
  await client.account();
  await client.account();
  await assert.rejects(client.account(), (error) => error instanceof RateLimitError && error.retryAfter > 60);
});

test("a thousand requests: none lost, none doubled, no memory kept", { skip }, async () => {
  const load = fileURLToPath(new URL("../../../tests/benchmarks/load.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", load, "1000"]);
  assert.match(stdout, /lost 0, doubled 0, wrong 0, distinct ids 750 of 750/);
});
