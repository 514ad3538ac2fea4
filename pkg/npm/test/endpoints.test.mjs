import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import { ApiError, AuthenticationError, UnexpectedResponseError, ValidationError } from "optidash";
import { deferred, ID, json, METADATA, refusal, stub } from "./stub.mjs";

const BYTES = Buffer.alloc(150_000, "image");

async function folder(t) {
  const path = await mkdtemp(join(tmpdir(), "optidash-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test("keys are made and renamed", async (t) => {
  const made = { success: true, name: "shop", key: "0123456789012345678901234567890123456789" };
  const { client, requests } = await stub(t, json(made));
  assert.deepEqual(await client.keys.create("shop"), made);
  await client.keys.rename(made.key, "store");
  assert.deepEqual(
    requests.map(({ method, url, headers, body }) => [method, url, headers["content-type"], JSON.parse(body)]),
    [
      ["POST", "/1.0/keys", "application/json", { name: "shop" }],
      ["PUT", `/1.0/keys/${made.key}`, "application/json", { name: "store" }],
    ],
  );
  for (const name of [undefined, "", 5]) await assert.rejects(client.keys.create(name), ValidationError);
  await assert.rejects(client.keys.rename(undefined, "store"), { name: "ValidationError", path: "apiKey" });
  assert.equal(requests.length, 2);
});

test("only a master key makes keys, and none is made twice", async (t) => {
  const { client } = await stub(t, refusal(403), { retries: 2 });
  await assert.rejects(client.keys.create("shop"), (error) => {
    assert.ok(error instanceof AuthenticationError && error instanceof ApiError);
    return true;
  });
  const { client: unsure, requests } = await stub(t, refusal(500), { retries: 2 });
  await assert.rejects(unsure.keys.create("shop"), { status: 500 });
  assert.equal(requests.length, 1);
});

async function storage(t, answer = (response) => response.end(BYTES), options = {}) {
  const { client, requests, baseUrl } = await stub(t, answer, options);
  return { client, requests, url: baseUrl.replace("/1.0", "/temp/x/image.jpg") };
}

test("an output is downloaded: to a path, a stream, or as bytes", async (t) => {
  const { client, requests, url } = await storage(t);
  const path = join(await folder(t), "image.jpg");
  assert.equal(await client.download(url, path), undefined);
  assert.ok((await readFile(path)).equals(BYTES));
  const chunks = [];
  await client.download(
    { ...METADATA, output: { url } },
    new Writable({ write: (chunk, _, done) => done(null, chunks.push(chunk)) }),
  );
  assert.ok(Buffer.concat(chunks).equals(BYTES));
  const web = [];
  const closed = deferred();
  await client.download(url, new WritableStream({ write: (chunk) => void web.push(chunk), close: closed.resolve }));
  assert.ok(Buffer.concat(web).equals(BYTES));
  await closed.promise;
  assert.ok((await client.download(url)).equals(BYTES));
  assert.ok((await client.download(url, { retries: 0, onDownloadProgress: () => {} })).equals(BYTES));
  assert.equal(requests.length, 5);
  for (const { method, headers } of requests) {
    assert.equal(method, "GET");
    assert.equal(headers.authorization, undefined);
    assert.match(headers["user-agent"], /^optidash\//);
  }
});

test("a download follows redirects", async (t) => {
  const { client, url } = await storage(t, (response, request) => {
    if (request.url === "/elsewhere") response.end(BYTES);
    else response.writeHead(302, { Location: "/elsewhere" }).end();
  });
  assert.ok((await client.download(url)).equals(BYTES));
});

test("what is no longer there", async (t) => {
  const directory = await folder(t);
  const { client, url } = await storage(t, (response) => response.writeHead(404).end("<Error/>"));
  await assert.rejects(client.download(url, join(directory, "image.jpg")), { name: "ApiError", status: 404 });
  const forbidden = await storage(t, (response) => response.writeHead(403).end("<Error/>"));
  await assert.rejects(forbidden.client.download(forbidden.url), (error) => {
    return error instanceof ApiError && !(error instanceof AuthenticationError);
  });
  assert.deepEqual(await readdir(directory), []);
  const strange = await storage(t, (response) => response.writeHead(204).end());
  await assert.rejects(strange.client.download(strange.url), UnexpectedResponseError);
});

test("what is no download", async (t) => {
  const { client, requests } = await storage(t);
  for (const source of [undefined, null, 5, "", {}, { ...METADATA, output: undefined }, "ftp://a.example/image.jpg"]) {
    await assert.rejects(client.download(source), ValidationError);
  }
  await assert.rejects(client.download("http://a.example/image.jpg"), ValidationError);
  assert.equal(requests.length, 0);
});

test("a Web stream is aborted when the image does not come whole", async (t) => {
  const { client, url } = await storage(t, (response) => {
    response.writeHead(200, { "Content-Length": BYTES.length });
    response.write(BYTES.subarray(0, 1000), () => response.destroy());
  });
  const aborted = deferred();
  const stream = new WritableStream({ abort: aborted.resolve });
  await assert.rejects(client.download(url, stream), { code: "incomplete_body" });
  await aborted.promise;
});

const webhook = (number) => ({ id: `${number}`, status: "delivered", created_at: "2026-11-24T12:00:00.000Z" });

test("every webhook, page after page", async (t) => {
  const all = Array.from({ length: 25 }, (_, number) => webhook(number));
  const { client, requests } = await stub(t, (response, { url }) => {
    const { searchParams } = new URL(url, "http://localhost");
    const [offset, limit] = ["offset", "limit"].map((name) => Number(searchParams.get(name)));
    json({ success: true, code: 200, webhooks: all.slice(offset, offset + limit) })(response);
  });
  const found = [];
  const filters = { status: "delivered", limit: 10, offset: 5 };
  for await (const one of client.allWebhooks(filters)) found.push(one);
  assert.deepEqual(
    found.map(({ id, status, notification, record }) => ({ id, status, notification, record })),
    all.slice(5).map((record) => ({ id: record.id, status: "delivered", notification: null, record })),
  );
  assert.deepEqual(
    requests.map(({ url }) => new URL(url, "http://localhost").searchParams.get("offset")),
    ["5", "15", "25"],
  );
  const first = await client.allWebhooks().next();
  assert.equal(first.value.id, "0");
  assert.match(requests.at(-1).url, /limit=100/);
  await assert.rejects(client.allWebhooks({ limit: 0 }).next(), ValidationError);
  assert.equal(requests.length, 4);
  assert.ok(ID);
});

test("both shapes of an account", async (t) => {
  const older = { success: true, code: 200, company: "Acme", quota: { total: 9, used: 1, remaining: 8 } };
  const { client } = await stub(t, json(older));
  const account = await client.account();
  assert.equal((account.quota ?? account.credits).remaining, 8);
});
